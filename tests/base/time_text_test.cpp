#include "base/time_text.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

Moment at(std::int64_t seconds) {
    return moment_from_unix(seconds);
}

TEST(TimeText, WritesAndReadsIso8601) {
    EXPECT_EQ(to_iso8601(at(0)), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_iso8601(at(1'688'709'003)), "2023-07-07T05:50:03Z");
    for (const std::int64_t seconds : {0L, 951'782'400L, 1'709'164'799L, 4'102'444'800L, -1L}) {
        EXPECT_EQ(parse_iso8601(to_iso8601(at(seconds))), at(seconds));
    }
}

TEST(TimeText, ReadsDatesOffsetsAndFractions) {
    EXPECT_EQ(parse_iso8601("2023-07-07"), at(1'688'688'000));
    EXPECT_EQ(parse_iso8601("2023-07-07T13:50:03+08:00"), at(1'688'709'003));
    EXPECT_EQ(parse_iso8601("2023-07-07T05:50:03.999Z"), at(1'688'709'003));
    EXPECT_EQ(parse_iso8601("2023-07-07 05:50Z"), at(1'688'709'000));
    EXPECT_EQ(parse_iso8601("2023-07-07t05:50z"), at(1'688'709'000));
    EXPECT_EQ(parse_iso8601("2023-07-07T00:20:03-05:30"), at(1'688'709'003));
    EXPECT_EQ(parse_iso8601("2023-07-07T00:20:03-0530"), at(1'688'709'003));
    // A leap second is the first of the next minute.
    EXPECT_EQ(parse_iso8601("2016-12-31T23:59:60Z"), at(1'483'228'800));
}

TEST(TimeText, RefusesWhatIsNoTime) {
    for (const char* text :
         {"", "2023", "2023-13-01", "2023-02-30", "2023-07-07T25:00:00Z", "2023-07-07T05:50:03",
          "2023-07-07T05:50:03Zx", "yesterday", "2023-07-07T05:50:03.Z", "-023-07-07"}) {
        EXPECT_FALSE(parse_iso8601(text)) << text;
    }
}

TEST(TimeText, RefusesATimeWithOneWrongPart) {
    ASSERT_TRUE(parse_iso8601("2023-07-07T05:50:03+08:00"));
    for (const char* text : {"2023-7-07",
                             "2023/07-07",
                             "2023-07/07",
                             "2023-07-7",
                             "2023-07-0x",
                             "2023-07-07_05:50Z",
                             "2023-07-07T5:50Z",
                             "2023-07-07T05.50Z",
                             "2023-07-07T05:5",
                             "2023-07-07T05:60Z",
                             "2023-07-07T05:50:3Z",
                             "2023-07-07T05:50:61Z",
                             "2023-07-07T05:50:03.",
                             "2023-07-07T05:50:03.25",
                             "2023-07-07T05:50:03 08:00",
                             "2023-07-07T05:50:03+8:00",
                             "2023-07-07T05:50:03+24:00",
                             "2023-07-07T05:50:03+08",
                             "2023-07-07T05:50:03+08:0",
                             "2023-07-07T05:50:03-08:60"}) {
        EXPECT_FALSE(parse_iso8601(text)) << text;
    }
}

TEST(TimeText, AYearBeyondFourDigitsIsANumber) {
    EXPECT_EQ(to_iso8601(at(253'402'300'800)), "253402300800");
    EXPECT_EQ(to_iso8601(at(-9'000'000'000'000)), "-9000000000000");
}

TEST(TimeText, ReadsDurations) {
    EXPECT_EQ(parse_duration("1m"), Milliseconds{60'000});
    EXPECT_EQ(parse_duration("250ms"), Milliseconds{250});
    EXPECT_EQ(parse_duration("1.5h"), Milliseconds{5'400'000});
    EXPECT_EQ(parse_duration("7d"), Milliseconds{604'800'000});
    for (const char* text :
         {"", "7", "d", "-1s", "1 m", "1w", "1e9d", "nan", "infd", "99999999d"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(TimeText, WritesDurationsThatReadBackTheSame) {
    for (const std::int64_t milliseconds :
         {0L, 1L, 250L, 1'000L, 90'000L, 3'600'000L, 604'800'000L}) {
        EXPECT_EQ(parse_duration(to_text(Milliseconds{milliseconds})), Milliseconds{milliseconds});
    }
    EXPECT_EQ(to_words(Seconds{90}), "1m 30s");
    EXPECT_EQ(to_words(Seconds{604'800}), "7d");
    EXPECT_EQ(to_words(Seconds{86'401}), "1d");
    EXPECT_EQ(to_words(Seconds{0}), "0s");
    EXPECT_EQ(to_words(Seconds{-90}), "-1m 30s");
}

}  // namespace
}  // namespace callarchive
