#include "store/archive.h"
#include "store/support.h"

#include <gmock/gmock.h>

namespace callarchive {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// People and dashboards ask the views in plain SQL, of an archive of any size, in which nobody
/// ever ran ANALYZE.
struct QueryPlanTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);

    std::vector<std::string> plan(const std::string& sql) {
        std::vector<std::string> steps;
        for (const std::string& row : rows_of(path, "EXPLAIN QUERY PLAN " + sql, 4)) {
            steps.push_back(row.substr(row.rfind('|') + 1));
        }
        return steps;
    }
    void expect_no_scan(const std::string& sql) {
        for (const char* table : {"SCAN c", "SCAN p", "SCAN u", "SCAN r"}) {
            EXPECT_THAT(plan(sql), Not(Contains(HasSubstr(table)))) << sql;
        }
    }
};

TEST_F(QueryPlanTest, a_call_by_its_id) {
    for (const char* sql : {"SELECT * FROM calls WHERE call_id = 'x'",
                            "SELECT * FROM calls WHERE sdk_app_id = 1 AND call_id = 'x'",
                            "SELECT * FROM call_revisions WHERE call_id = 'x'"}) {
        EXPECT_THAT(plan(sql), Contains(HasSubstr("INDEX call_by_id (ANY(application_no) AND "
                                                  "ANY(bucket) AND call_id=?)")));
        expect_no_scan(sql);
    }
    EXPECT_THAT(plan("SELECT * FROM call_revisions WHERE call_id = 'x'"),
                Contains(HasSubstr("SEARCH r USING PRIMARY KEY (call_no=?)")));
}

TEST_F(QueryPlanTest, calls_of_a_time) {
    EXPECT_THAT(plan("SELECT * FROM calls WHERE start_ts BETWEEN 1 AND 2"),
                Contains(HasSubstr("INDEX call_by_start (start_ts>? AND start_ts<?)")));
    EXPECT_THAT(plan("SELECT * FROM calls WHERE app = 'x' AND start_ts >= 1 ORDER BY start_ts"),
                Contains(HasSubstr("INDEX call_by_start (start_ts>?)")));
}

TEST_F(QueryPlanTest, the_newest_calls_are_not_sorted) {
    const auto steps = plan("SELECT * FROM calls ORDER BY start_ts DESC LIMIT 50");
    EXPECT_THAT(steps, Contains(HasSubstr("USING INDEX call_by_start")));
    EXPECT_THAT(steps, Not(Contains(HasSubstr("TEMP B-TREE"))));
}

TEST_F(QueryPlanTest, calls_of_a_user) {
    const std::string by_user = "SELECT * FROM call_users WHERE user_id = 'x'";
    EXPECT_THAT(plan(by_user),
                Contains(HasSubstr("SEARCH p USING PRIMARY KEY (ANY(week) AND user_no=?)")));
    expect_no_scan(by_user + " AND start_ts >= 1 AND start_ts < 2");
    expect_no_scan(by_user);
    expect_no_scan(
        "SELECT calls.* FROM call_users JOIN calls USING (sdk_app_id, call_id) "
        "WHERE user_id = 'x'");
}

TEST_F(QueryPlanTest, users_of_a_call) {
    const std::string by_call = "SELECT * FROM call_users WHERE call_id = 'x'";
    EXPECT_THAT(plan(by_call),
                Contains(HasSubstr("INDEX call_by_id (ANY(application_no) AND ANY(bucket) AND "
                                   "call_id=?)")));
    EXPECT_THAT(plan(by_call), Contains(HasSubstr("SEARCH p USING PRIMARY KEY (week=? AND "
                                                  "user_no=? AND second=?)")));
    expect_no_scan(by_call);
    expect_no_scan("SELECT * FROM call_users WHERE sdk_app_id = 1 AND call_id = 'x'");
    expect_no_scan("SELECT * FROM call_users WHERE user_id = 'x' AND call_id = 'x'");
}

TEST_F(QueryPlanTest, calls_that_changed) {
    EXPECT_THAT(plan("SELECT call_no FROM call WHERE changed_ts >= 1"),
                Contains(HasSubstr("INDEX call_by_change (changed_ts>?)")));
}

}  // namespace
}  // namespace callarchive
