// What one giant record took of memory is not kept for as long as the program runs.

#include "store/support.h"

#include <malloc.h>

#include <string>

namespace callarchive {
namespace {

/// Bytes that malloc() has given out.
std::size_t memory_in_use() {
    const struct mallinfo2 now = ::mallinfo2();
    return now.uordblks + now.hblkhd;
}

TEST(MemoryAtRestTest, a_giant_record_leaves_nothing_behind) {
    constexpr std::size_t giant = 8'000'000;
    constexpr std::size_t little = 1'000'000;
    const TemporaryDirectory directory;
    Archive archive = open_archive(directory.file());
    const SourceNo source = enroll(archive, {.name = "a", .sdk_app_id = 1});
    const auto keep_and_rest = [&](std::vector<CallRecord> records) {
        EXPECT_EQ(keep(archive, source, records, noon).added, 1);
        flush(archive);
        records.clear();
        archive.release_memory();
    };
    keep_and_rest({call_record("small", noon)});
    const std::size_t before = memory_in_use();
    CallRecord record = call_record("giant", noon);
    record.callees->assign(1, std::string(giant, 'x'));
    keep_and_rest({std::move(record)});
    EXPECT_LT(memory_in_use(), before + little);
}

}  // namespace
}  // namespace callarchive
