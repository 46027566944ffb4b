#include "app/http/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

SourceReport report_of(const std::string& name) {
    SourceReport report;
    report.identity.name = name;
    report.margin = Seconds{100};
    report.last_success = moment_from_unix(1);
    return report;
}

TEST(Metrics, CountersExistBeforeTheirFirstEvent) {
    Metrics metrics;
    metrics.introduce({.name = "a"});
    for (const char* line : {"callarchive_records_new_total{app=\"a\"} 0",
                             "callarchive_requests_total{app=\"a\",outcome=\"throttled\"} 0",
                             "callarchive_gap_seconds_total{app=\"a\",reason=\"unread\"} 0"}) {
        EXPECT_THAT(metrics.text(), HasSubstr(line));
    }
}

TEST(Metrics, AnApplicationThatLeftHasNoMarginAnyMore) {
    Metrics metrics;
    metrics.introduce({.name = "a"});
    metrics.update(report_of("a"), 7);
    metrics.update(report_of("b"), 8);
    EXPECT_THAT(metrics.text(), HasSubstr("callarchive_margin_seconds{app=\"a\"} 100"));
    metrics.retire({.name = "a"});
    for (const char* gauge :
         {"margin_seconds", "cursor_timestamp_seconds", "head_timestamp_seconds", "archive_records",
          "last_success_timestamp_seconds"}) {
        EXPECT_THAT(metrics.text(),
                    Not(HasSubstr(std::string{"callarchive_"} + gauge + "{app=\"a\"}")));
        EXPECT_THAT(metrics.text(), HasSubstr(std::string{"callarchive_"} + gauge + "{app=\"b\"}"));
    }
    EXPECT_THAT(metrics.text(), HasSubstr("callarchive_records_new_total{app=\"a\"}"));
    metrics.retire({.name = "never seen"});
    metrics.update(report_of("a"), 9);
    EXPECT_THAT(metrics.text(), HasSubstr("callarchive_archive_records{app=\"a\"} 9"));
}

}  // namespace
}  // namespace callarchive
