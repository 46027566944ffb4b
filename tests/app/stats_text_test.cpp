#include "app/commands/stats_text.h"

#include "app/text/charts.h"
#include "app/text/printable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <clocale>
#include <sstream>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Moment midnight = moment_from_unix(1'795'392'000);  // 2026-11-23
constexpr Seconds day{86'400};

Group of_day(int days, std::int64_t calls) {
    const Moment from = midnight + days * day;
    return {.span = Window{from, from + day},
            .sums = {.calls = calls,
                     .answered = calls / 2,
                     .talk_seconds = calls * 30,
                     .longest_seconds = 60}};
}

std::string label_of_day(int days) {
    return label_of(*of_day(days, 0).span, CalendarUnit::day, false);
}

Stats by_day() {
    Stats stats{.by = "day"};
    stats.groups = arranged({of_day(2, 10), of_day(0, 1000), of_day(5, 500)},
                            calendar_of(CalendarUnit::day, false));
    for (const Group& group : stats.groups)
        stats.total += group.sums;
    return stats;
}

struct StatsTextTest : testing::Test {
    StatsTextTest() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

TEST_F(StatsTextTest, days_without_calls_are_days_too) {
    const Stats stats = by_day();
    ASSERT_EQ(stats.groups.size(), 6U);
    EXPECT_EQ(stats.groups[1].sums, Sums{});
    EXPECT_THAT(stats_for_people(stats, 0), HasSubstr("2026-11-24         0"));
}

TEST_F(StatsTextTest, fits_every_terminal) {
    Stats by_user{.by = "user"};
    for (const char* name : {"\xe5\xbc\xa0\xe4\xbc\x9f\xe5\xbc\xa0\xe4\xbc\x9f\xe5\xbc\xa0",
                             "a\x1b[2J", "\xf0\x9f\x98\x80", ""}) {
        by_user.groups.push_back({.name = name, .sums = {.calls = 7}});
    }
    by_user.groups.push_back({.name = std::string(10'000, 'x'), .sums = {.calls = 1}});
    by_user.groups.push_back({});
    for (const Stats& stats : {by_day(), by_user}) {
        for (std::size_t columns = 24; columns < 200; ++columns) {
            std::istringstream lines{stats_for_people(stats, columns)};
            for (std::string line; std::getline(lines, line);) {
                ASSERT_LE(columns_of(line), columns) << line;
                ASSERT_EQ(line.find('\x1b'), std::string::npos);
            }
        }
    }
}

TEST_F(StatsTextTest, bars_and_course_are_for_terminals) {
    EXPECT_THAT(stats_for_people(by_day(), 100), HasSubstr("███"));
    EXPECT_THAT(stats_for_people(by_day(), 100), HasSubstr("course      █ ▁  ▅"));
    EXPECT_THAT(stats_for_people(by_day(), 0), Not(HasSubstr("█")));
}

TEST_F(StatsTextTest, what_has_no_name_can_be_seen) {
    const Stats stats{.by = "result", .groups = {{.name = ""}, {}}};
    EXPECT_THAT(stats_for_people(stats, 0), HasSubstr("\n(empty) "));
    EXPECT_THAT(stats_for_people(stats, 0), HasSubstr("\n(unknown) "));
}

TEST_F(StatsTextTest, times_name_their_zone) {
    Stats stats = by_day();
    EXPECT_THAT(stats_for_people(stats, 0), HasSubstr("\nDAY (UTC) "));
    stats.local = true;
    EXPECT_THAT(stats_for_people(stats, 0), HasSubstr("\nDAY (LOCAL) "));
    EXPECT_THAT(stats_for_people({.by = "result", .groups = {{}}}, 0), HasSubstr("\nRESULT "));
}

TEST_F(StatsTextTest, json_has_numbers_and_nulls) {
    const auto json = nlohmann::json::parse(stats_as_json(by_day()));
    EXPECT_EQ(json["calls"], 1510);
    EXPECT_EQ(json["answer_rate"], 0.5);
    EXPECT_EQ(json["since_ts"], nullptr);
    EXPECT_EQ(json["groups"].size(), 6U);
    EXPECT_EQ(json["groups"][0]["day"], "2026-11-23");
    EXPECT_EQ(json["groups"][0]["to_ts"], unix_seconds(midnight + day));
    EXPECT_EQ(json["groups"][1]["mean_talk_seconds"], nullptr);
    const auto none = nlohmann::json::parse(stats_as_json({.by = "result"}));
    EXPECT_EQ(none["answer_rate"], nullptr);
    EXPECT_TRUE(none["groups"].empty());
}

TEST(ChartsTest, bars_are_as_long_as_their_share) {
    EXPECT_EQ(bar({.value = 8, .largest = 8}, 4), "████");
    EXPECT_EQ(bar({.value = 3, .largest = 8}, 4), "█▌");
    EXPECT_EQ(bar({.value = 1, .largest = 1'000'000}, 4), "▏");
    EXPECT_EQ(bar({.value = 0, .largest = 0}, 4), "");
    // More than the largest is no longer than it; what is not 0 is seen, whatever the largest.
    EXPECT_EQ(bar({.value = 9, .largest = 8}, 4), "████");
    EXPECT_EQ(bar({.value = 5, .largest = 0}, 4), "▏");
    EXPECT_EQ(bar({.value = 5, .largest = 8}, 0), "");
    EXPECT_EQ(bar({.value = -5, .largest = 8}, 4), "");
}

TEST(ChartsTest, a_sparkline_adds_neighbours) {
    EXPECT_EQ(sparkline({0, 1, 7}, 10), " ▂█");
    EXPECT_EQ(sparkline({1, 0, 4, 3}, 2), "▂█");
    EXPECT_EQ(sparkline({}, 10), "");
    EXPECT_EQ(sparkline({5}, 0), "");
}

TEST_F(StatsTextTest, more_than_a_person_reads_is_cut_to_what_matters_most) {
    Stats days{.by = "day"}, users{.by = "user"};
    for (int i = 0; i < 250; ++i) {
        days.groups.push_back(of_day(i, 1));
        users.groups.push_back({.name = "user" + std::to_string(i), .sums = {.calls = 1000 - i}});
    }
    // The newest of times.
    EXPECT_THAT(stats_for_people(days, 0), HasSubstr("\n50 more with --json\n"));
    EXPECT_THAT(stats_for_people(days, 0), Not(HasSubstr(label_of_day(49))));
    EXPECT_THAT(stats_for_people(days, 0), HasSubstr(label_of_day(50)));
    // The largest of others.
    EXPECT_THAT(stats_for_people(users, 0), HasSubstr("\n50 more with --json\n"));
    EXPECT_THAT(stats_for_people(users, 0), HasSubstr("\nuser199 "));
    EXPECT_THAT(stats_for_people(users, 0), Not(HasSubstr("\nuser200 ")));
    EXPECT_EQ(nlohmann::json::parse(stats_as_json(users))["groups"].size(), 250U);
}

TEST_F(StatsTextTest, hours_have_their_own_heading_and_labels) {
    Stats stats{.by = "hour", .unit = CalendarUnit::hour};
    const Moment ten = midnight + Seconds{36'000};
    stats.groups = {{.span = Window{ten, ten + Seconds{3'600}}, .sums = {.calls = 4}}};
    EXPECT_THAT(stats_for_people(stats, 0), HasSubstr("\nHOUR (UTC) "));
    EXPECT_THAT(stats_for_people(stats, 0), HasSubstr("\n2026-11-23 10:00 "));
}

TEST_F(StatsTextTest, a_course_without_groups_has_no_table) {
    Stats stats = by_day();
    stats.by.clear();
    EXPECT_THAT(stats_for_people(stats, 100), HasSubstr("course "));
    EXPECT_THAT(stats_for_people(stats, 100), Not(HasSubstr("2026-11-23")));
}

TEST_F(StatsTextTest, what_is_not_known_comes_last) {
    const auto calendar = calendar_of(CalendarUnit::day, false);
    const Group unknown{.sums = {.calls = 5000}};
    const auto days = arranged({unknown, of_day(2, 1), of_day(0, 2)}, calendar);
    ASSERT_EQ(days.size(), 4U);
    EXPECT_EQ(days.front(), of_day(0, 2));
    EXPECT_EQ(days.back(), unknown);

    const auto named = [](const char* name, std::int64_t calls) {
        return Group{.name = name, .sums = {.calls = calls}};
    };
    EXPECT_EQ(arranged({named("b", 1), unknown, named("a", 1), named("c", 7)}, calendar),
              (std::vector{named("c", 7), named("a", 1), named("b", 1), unknown}));
    const auto json =
        nlohmann::json::parse(stats_as_json({.by = "result", .groups = {named("a", 1), unknown}}));
    EXPECT_EQ(json["groups"][0]["result"], "a");
    EXPECT_EQ(json["groups"][1]["result"], nullptr);
}

TEST_F(StatsTextTest, days_that_lie_ages_apart_are_not_all_filled) {
    const auto days =
        arranged({of_day(0, 1), of_day(3'000'000, 1)}, calendar_of(CalendarUnit::day, false));
    EXPECT_LE(days.size(), 20'001U);
    EXPECT_EQ(days.back(), of_day(3'000'000, 1));
}

}  // namespace
}  // namespace callarchive
