#include "app/commands/filter_options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace callarchive {
namespace {

constexpr Moment now = moment_from_unix(1'800'000'000);
constexpr Moment eight = moment_from_unix(1'772'352'000);  // 2026-03-01T08:00:00Z

class When : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("TZ", "Asia/Shanghai", 1);
        ::tzset();
    }
    void TearDown() override {
        ::unsetenv("TZ");
        ::tzset();
    }
};

TEST_F(When, WithoutAZoneItIsUtcOrTheMachines) {
    EXPECT_EQ(parse_when("2026-03-01T08:00:00", now, false), eight);
    EXPECT_EQ(parse_when("2026-03-01 08:00", now, false), eight);
    EXPECT_EQ(parse_when("2026-03-01T16:00:00", now, true), eight);
    EXPECT_EQ(parse_when("2026-03-01", now, false), eight - Seconds{8 * 3'600});
    EXPECT_EQ(parse_when("2026-03-01", now, true), eight - Seconds{16 * 3'600});
}

TEST_F(When, AZoneThatIsNamedCounts) {
    for (const bool local : {false, true}) {
        EXPECT_EQ(parse_when("2026-03-01T08:00:00Z", now, local), eight);
        EXPECT_EQ(parse_when("2026-03-01T16:00:00+08:00", now, local), eight);
    }
}

TEST_F(When, RelativeIsBeforeNow) {
    EXPECT_EQ(parse_when("24h", now, false), now - Seconds{86'400});
    EXPECT_EQ(parse_when("7d", now, true), now - Seconds{604'800});
}

TEST_F(When, RefusesWhatIsNoTime) {
    for (const char* text : {"", "yesterday", "2026-13-01", "2026-02-30", "2026-03-01T25:00:00",
                             "2026-03-01T08:00:00ZZ", "7", "-7d", "2026-03-01Z"}) {
        EXPECT_FALSE(parse_when(text, now, false)) << text;
        EXPECT_FALSE(parse_when(text, now, true)) << text;
    }
}

}  // namespace
}  // namespace callarchive
