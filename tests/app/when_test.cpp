#include "app/commands/filter_options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>

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

TEST(Talk, IsSecondsOrADuration) {
    for (const auto& [text, seconds] :
         {std::pair{"90", 90}, {"0", 0}, {"90s", 90}, {"5m", 300}, {"1.5h", 5'400}}) {
        FilterOptions options;
        options.min_talk = options.max_talk = text;
        const auto filter = options.resolve(now);
        ASSERT_TRUE(filter.ok()) << text;
        EXPECT_EQ(filter->min_talk, Seconds{seconds}) << text;
        EXPECT_EQ(filter->max_talk, Seconds{seconds}) << text;
    }
    for (const char* text : {"", "-5", "5x", "long", "99999999999999999999", "9 0"}) {
        FilterOptions options;
        options.max_talk = text;
        const auto filter = options.resolve(now);
        ASSERT_FALSE(filter.ok()) << text;
        EXPECT_EQ(filter.error().kind, ErrorKind::invalid_input);
        EXPECT_EQ(filter.error().message, "--max-talk '" + std::string{text} +
                                              "' is no duration; write seconds (90) or 90s, 5m, "
                                              "1h");
    }
}

}  // namespace
}  // namespace callarchive
