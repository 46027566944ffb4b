#include "app/commands/calendar.h"

#include "base/time_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace callarchive {
namespace {

struct CalendarTest : testing::Test {
    std::string before = std::getenv("TZ") != nullptr ? std::getenv("TZ") : "";

    static void use_zone(const std::string& zone) {
        ::setenv("TZ", zone.c_str(), 1);
        ::tzset();
    }
    ~CalendarTest() override { use_zone(before); }

    static std::string span_of(const std::string& moment, CalendarUnit unit, bool local) {
        const Window span = calendar_of(unit, local)(*parse_iso8601(moment));
        return to_iso8601(span.from) + " " + to_iso8601(span.to) + " " +
               label_of(span, unit, local);
    }
};

TEST_F(CalendarTest, utc) {
    EXPECT_EQ(span_of("2026-11-23T10:15:00Z", CalendarUnit::day, false),
              "2026-11-23T00:00:00Z 2026-11-24T00:00:00Z 2026-11-23");
    EXPECT_EQ(span_of("1969-12-31T23:59:59Z", CalendarUnit::hour, false),
              "1969-12-31T23:00:00Z 1970-01-01T00:00:00Z 1969-12-31 23:00");
}

TEST_F(CalendarTest, a_year_that_no_calendar_has_is_a_number) {
    // As an odd record may have it; cut, days of their own would look like one.
    for (const CalendarUnit unit : {CalendarUnit::day, CalendarUnit::hour}) {
        const Window span = calendar_of(unit, false)(moment_from_unix(253'402'300'800));
        EXPECT_EQ(label_of(span, unit, false), "253402300800");
    }
}

// Rules are written out, so that no zone database is needed.
TEST_F(CalendarTest, half_an_hour_off) {
    use_zone("IST-5:30");
    EXPECT_EQ(span_of("2026-11-23T18:29:59Z", CalendarUnit::day, true),
              "2026-11-22T18:30:00Z 2026-11-23T18:30:00Z 2026-11-23");
    EXPECT_EQ(span_of("2026-11-23T18:30:00Z", CalendarUnit::hour, true),
              "2026-11-23T18:30:00Z 2026-11-23T19:30:00Z 2026-11-24 00:00+0530");
}

TEST_F(CalendarTest, an_hour_that_comes_twice_is_told_apart) {
    use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    EXPECT_EQ(span_of("2026-10-25T00:30:00Z", CalendarUnit::hour, true),
              "2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25 02:00+0200");
    EXPECT_EQ(span_of("2026-10-25T01:30:00Z", CalendarUnit::hour, true),
              "2026-10-25T01:00:00Z 2026-10-25T02:00:00Z 2026-10-25 02:00+0100");
    use_zone("NST3:30");
    EXPECT_EQ(span_of("2026-01-01T12:30:00Z", CalendarUnit::hour, true),
              "2026-01-01T12:30:00Z 2026-01-01T13:30:00Z 2026-01-01 09:00-0330");
}

TEST_F(CalendarTest, days_of_23_and_25_hours) {
    use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    EXPECT_EQ(span_of("2026-03-29T12:00:00Z", CalendarUnit::day, true),
              "2026-03-28T23:00:00Z 2026-03-29T22:00:00Z 2026-03-29");
    EXPECT_EQ(span_of("2026-10-25T12:00:00Z", CalendarUnit::day, true),
              "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z 2026-10-25");
}

TEST_F(CalendarTest, a_day_that_begins_at_one) {
    use_zone("XST3XDT,M10.3.0/0,M2.3.0/0");
    EXPECT_EQ(span_of("2026-10-18T12:00:00Z", CalendarUnit::day, true),
              "2026-10-18T03:00:00Z 2026-10-19T02:00:00Z 2026-10-18");
    EXPECT_EQ(span_of("2026-10-18T02:59:59Z", CalendarUnit::day, true),
              "2026-10-17T03:00:00Z 2026-10-18T03:00:00Z 2026-10-17");
}

TEST_F(CalendarTest, days_follow_each_other) {
    for (const char* zone :
         {"UTC0", "IST-5:30", "CET-1CEST,M3.5.0,M10.5.0/3", "XST3XDT,M10.3.0/0,M2.3.0/0"}) {
        use_zone(zone);
        const Calendar days = calendar_of(CalendarUnit::day, true);
        Window span = days(*parse_iso8601("2026-01-01T12:00:00Z"));
        for (int i = 0; i < 365; ++i) {
            const Window next = days(span.to);
            ASSERT_EQ(next.from, span.to) << zone << " " << to_iso8601(span.to);
            ASSERT_EQ(days(next.to - Seconds{1}), next);
            span = next;
        }
    }
}

}  // namespace
}  // namespace callarchive
