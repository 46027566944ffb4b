#include "store/verify.h"

#include "store/archive.h"
#include "store/backup.h"
#include "store/support.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace callarchive {
namespace {

using testing::HasSubstr;

struct VerifyTest : testing::Test {
    VerifyTest() {
        Archive archive = open_archive(path);
        const SourceNo source = enroll(archive, {.name = "production", .sdk_app_id = 1400000001});
        std::vector<CallRecord> records;
        for (int i = 0; i < 3000; ++i)
            records.push_back(call_record("call" + std::to_string(i), noon + Seconds{i}));
        keep(archive, source, records);
        flush(archive);
    }
    TemporaryDirectory directory;
    std::string path = directory.file();
};

// A large archive's pages take minutes, and SQLite says nothing meanwhile.
TEST_F(VerifyTest, pages_are_looked_at_with_progress) {
    std::vector<double> seen;
    const auto verified = verify_archive(path, [&](std::string_view check, double done) {
        if (check == "pages and indexes") seen.push_back(done);
        return true;
    });
    ASSERT_TRUE(verified.ok()) << verified.error().message;
    EXPECT_TRUE(verified->is_sound());
    EXPECT_GT(seen.size(), 50U);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    EXPECT_GT(seen.back(), 0.1);
}

TEST_F(VerifyTest, ends_while_pages_are_looked_at) {
    int told = 0;
    const auto verified =
        verify_archive(path, [&](std::string_view, double) { return ++told < 10; });
    ASSERT_FALSE(verified.ok());
    EXPECT_THAT(verified.error().message, HasSubstr("interrupted"));
    EXPECT_LT(told, 20);
}

TEST_F(VerifyTest, a_copy_is_checked_with_progress_and_the_check_can_be_ended) {
    for (const bool to_the_end : {true, false}) {
        int checking = 0;
        const std::string copy = path + (to_the_end ? ".copy" : ".other");
        std::ofstream{copy};
        const auto copied = copy_archive(path, copy, [&](const BackupProgress& progress) {
            if (progress.checking) ++checking;
            EXPECT_LE(progress.bytes_done, progress.bytes_total);
            return to_the_end || checking < 10;
        });
        EXPECT_EQ(copied.ok(), to_the_end);
        if (!copied.ok()) {
            EXPECT_THAT(copied.error().message, HasSubstr("interrupted"));
        }
        EXPECT_EQ(checking > 50, to_the_end) << checking;
    }
}

}  // namespace
}  // namespace callarchive
