#include "store/archive.h"
#include "store/random_calls.h"

#include <gmock/gmock.h>

namespace callarchive {
namespace {

/// The sums that the writer keeps, and the same counted from the calls.
constexpr const char* kept =
    "SELECT source_no, hour_ts, media_type, call_type, call_result, calls, answered, talk_seconds, "
    "longest_seconds FROM rollup_hour ORDER BY 1, 2, 3, 4, 5";
constexpr const char* counted = R"(
    SELECT c.source_no, t.ts - t.ts % 3600, coalesce(c.media_type, 0), coalesce(c.call_type, 0),
           coalesce(c.call_result, 0), count(*), sum(v.answered), sum(coalesce(v.talk_seconds, 0)),
           max(0, coalesce(max(v.talk_seconds), 0))
    FROM call AS c JOIN call_row AS v USING (call_no)
    JOIN (SELECT call_no, coalesce(start_ts, first_seen_ts) AS ts FROM call) AS t USING (call_no)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5)";
constexpr const char* participants =
    "SELECT user_no, week * 604800 + second, call_roles / 4, call_roles % 4 FROM participant "
    "ORDER BY 1, 2, 3, 4";
constexpr const char* participants_counted = R"(
    SELECT user_no, ts, call_no, sum(role) FROM (
    SELECT u.user_no, coalesce(c.start_ts, c.first_seen_ts) AS ts, c.call_no, 2 AS role
    FROM call AS c, json_each(c.callees) AS e
    JOIN user AS u ON u.user_id = e.value AND u.application_no = c.application_no
    UNION
    SELECT caller_no, coalesce(start_ts, first_seen_ts), call_no, 1
    FROM call WHERE caller_no IS NOT NULL) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3)";

TEST(RollupTest, equals_counting_after_anything) {
    const TemporaryDirectory directory;
    const std::string path = directory.file();
    Archive archive = open_archive(path);
    const SourceNo sources[] = {
        enroll(archive, {.name = "a", .sdk_app_id = 1}),
        enroll(archive, {.name = "b", .sdk_app_id = 2}),
        enroll(archive, {.name = "c", .sdk_app_id = 1, .dialect = Dialect::v4})};
    RandomCalls random{11};
    RecordCounts counts;
    for (int round = 0; round < 150; ++round) {
        for (int part = random.up_to(2); part >= 0; --part) {
            std::vector<CallRecord> records;
            for (int i = random.up_to(20); i >= 0; --i)
                records.push_back(random.next(300));
            counts += keep(archive, sources[random.up_to(2)], records, noon + Seconds{round * 500});
            if (random.up_to(2) == 0) {
                ASSERT_TRUE(archive.prepare_flush().ok());
                ASSERT_EQ(archive.unprepared_rows(), 0);
            }
        }
        if (random.up_to(4) == 0) {
            archive.roll_back();
        } else {
            flush(archive);
        }
        ASSERT_EQ(rows_of(path, kept, 9), rows_of(path, counted, 9)) << "round " << round;
        ASSERT_EQ(rows_of(path, participants, 4), rows_of(path, participants_counted, 4));
    }
    EXPECT_GT(counts.revised, 100);
    // The conditions of the view that lead from a call to its users leave out nobody.
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM call_users"),
              value_of(path, "SELECT sum(1 + (call_roles % 4 = 3)) FROM participant"));
    EXPECT_EQ(value_of(path, "SELECT sum(call_count) FROM application"),
              value_of(path, "SELECT count(*) FROM calls"));
    EXPECT_EQ(value_of(path,
                       "SELECT count(*) FROM (SELECT 1 FROM calls GROUP BY sdk_app_id, call_id "
                       "HAVING count(*) > 1)"),
              "0");
    EXPECT_EQ(value_of(path, "PRAGMA integrity_check"), "ok");
    EXPECT_TRUE(rows_of(path, "PRAGMA foreign_key_check").empty());
}

}  // namespace
}  // namespace callarchive
