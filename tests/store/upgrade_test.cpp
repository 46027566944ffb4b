#include "store/archive.h"
#include "store/migrations.h"
#include "store/reader.h"
#include "store/support.h"
#include "store/verify.h"

#include <gmock/gmock.h>

namespace callarchive {
namespace {

using testing::HasSubstr;

struct Question {
    const char* sql;
    int columns;
};

/// Archives as earlier schemas left them, each made by the program of its day.
struct UpgradeTest : testing::TestWithParam<int> {
    TemporaryDirectory directory;
    std::string path = directory.file();

    void SetUp() override {
        const std::string stored = std::string{CALLARCHIVE_TEST_ARCHIVES} + "/schema_" +
                                   std::to_string(GetParam()) + ".db";
        std::filesystem::copy_file(stored, path);
    }
};

TEST_P(UpgradeTest, keeps_what_the_views_say) {
    constexpr Question questions[] = {
        {"SELECT * FROM calls ORDER BY call_id", 24},
        {"SELECT * FROM call_users ORDER BY 3, 4, 5", 6},
        {"SELECT * FROM call_revisions ORDER BY call_id", 25},
        {"SELECT * FROM coverage ORDER BY from_ts", 6},
        {"SELECT app, cursor_ts, head_ts, last_success_at FROM cursors", 4},
        {"SELECT * FROM forgotten", 3}};
    std::vector<std::vector<std::string>> before;
    for (const Question& question : questions)
        before.push_back(rows_of(path, question.sql, question.columns));
    ASSERT_GT(before[0].size(), 50U);
    ASSERT_GT(before[1].size(), before[0].size());

    const auto reader = Reader::open(path);
    ASSERT_FALSE(reader.ok());
    EXPECT_THAT(reader.error().message, HasSubstr("callarchive migrate"));
    EXPECT_EQ(pending_migrations(path)->size(),
              static_cast<std::size_t>(schema_version() - GetParam()));
    { const Archive archive = open_archive(path); }

    for (std::size_t i = 0; i < std::size(questions); ++i)
        EXPECT_EQ(rows_of(path, questions[i].sql, questions[i].columns), before[i]) << i;
    EXPECT_EQ(value_of(path, "PRAGMA user_version"), std::to_string(schema_version()));
    const auto verification = verify_archive(path, [](std::string_view, double) { return true; });
    ASSERT_TRUE(verification.ok()) << verification.error().message;
    for (const Check& check : verification->checks)
        EXPECT_EQ(check.found, 0) << check.name << ": " << testing::PrintToString(check.findings);
}

TEST_P(UpgradeTest, knows_its_calls_again) {
    const std::string newest = value_of(path, "SELECT max(call_id) FROM calls");
    const std::string calls = value_of(path, "SELECT count(*) FROM calls");
    Archive archive = open_archive(path);
    const SourceNo source =
        enroll(archive, {.name = "simulated-1400000000-v1", .sdk_app_id = 1400000000});
    const Moment start = moment_from_unix(
        std::stoll(value_of(path, "SELECT start_ts FROM calls WHERE call_id = '" + newest + "'")));
    const RecordCounts counts = keep(archive, source, {call_record(newest, start)}, start + hour);
    flush(archive);
    EXPECT_EQ(counts.added, 0);
    EXPECT_EQ(counts.revised, 1);
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM calls"), calls);
    EXPECT_EQ(value_of(path, "SELECT room_id FROM calls WHERE call_id = '" + newest + "'"), "1001");
    EXPECT_EQ(value_of(path, "PRAGMA integrity_check"), "ok");
}

TEST_P(UpgradeTest, makes_the_schema_of_a_new_archive) {
    ASSERT_TRUE(migrate(path, noon).ok());
    const std::string fresh = directory.file("fresh.db");
    ASSERT_TRUE(migrate(fresh, noon).ok());
    for (const Question& question :
         {Question{"SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2, 3", 4},
          Question{"SELECT * FROM sqlite_stat1 ORDER BY 1, 2, 3", 3},
          Question{"SELECT version, name, checksum FROM migration", 3}}) {
        EXPECT_EQ(rows_of(path, question.sql, question.columns),
                  rows_of(fresh, question.sql, question.columns));
    }
}

INSTANTIATE_TEST_SUITE_P(EverySchema, UpgradeTest, testing::Range(1, schema_version()));

}  // namespace
}  // namespace callarchive
