#include "app/daemon/status_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

SourceReport report(const char* name, Seconds margin) {
    SourceReport report;
    report.identity.name = name;
    report.cursor = moment_from_unix(0);
    report.margin = margin;
    return report;
}

TEST(StatusLine, HasCursorMarginAndGaps) {
    EXPECT_EQ(status_line({report("a", Seconds{90})}),
              "a: final until 1970-01-01T00:00:00Z, margin 1m 30s, no unread gap to acknowledge");
    SourceReport lost = report("a", Seconds{-5});
    lost.unread_gaps_unacknowledged = true;
    lost.failing = true;
    EXPECT_THAT(status_line({lost}),
                HasSubstr("margin none, unread gap not acknowledged, failing"));
}

TEST(StatusLine, TheLeastMarginComesFirstAndALineHasAnEnd) {
    std::vector<SourceReport> reports;
    for (int i = 0; i < 100; ++i)
        reports.push_back(report("fine", Seconds{1'000}));
    reports.push_back(report("worst", Seconds{1}));
    const std::string line = status_line(reports);
    EXPECT_THAT(line, StartsWith("worst: "));
    EXPECT_THAT(line, EndsWith("; and 97 more"));
}

TEST(StatusLine, ANameCannotBeginAnotherLine) {
    EXPECT_THAT(status_line({report("a\nREADY=1", Seconds{1})}), testing::Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace callarchive
