// A disk that is hardly larger than the archive and its log.
#include "sim/archiving_process.h"

namespace callarchive::testing {
namespace {

TEST(FullDisk, TheLogGivesItsOwnSpaceBackBeforeMoreIsAskedFor) {
    Disk disk{1};
    ArchivingProcess process{disk};
    // After the restart all pages lie in the database. Each small commit then writes some of them
    // into the log again: it gets long, and bringing it in hardly makes the database grow.
    for (int i = 0; i < 80; ++i)
        ASSERT_TRUE(process.keep_calls("small" + std::to_string(i), 1));
    process.end();
    process.start();
    for (int i = 80; i < 160; ++i)
        ASSERT_TRUE(process.keep_calls("small" + std::to_string(i), 1));
    disk.set_faults({.capacity = disk.bytes() + 100'000});
    EXPECT_FALSE(process.keep_calls("large", 5'000)) << "more than there is space for";
    // Still less than what the log would have to grow by.
    disk.set_faults({.capacity = disk.bytes() + 100'000});
    EXPECT_TRUE(process.keep_calls("large", 5'000)) << "the log holds the space it needs";
}

}  // namespace
}  // namespace callarchive::testing
