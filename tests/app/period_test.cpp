#include "app/commands/period.h"

#include "base/time_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Moment start = moment_from_unix(1'795'392'000);  // 2026-11-23
constexpr Seconds hour{3600};
constexpr Seconds week{604'800};

Moment at(int hours) {
    return start + hours * hour;
}

/// Final from 0 to 10, never read 10 to 12, lost early 12 to 14, final to 20, read once to 30,
/// not read to 32.
Coverage coverage() {
    const auto gap = [](Window span, GapReason reason, std::optional<Seconds> age) {
        return Segment{.span = span,
                       .state = CoverageState::gap,
                       .reason = reason,
                       .detected_at = at(40),
                       .last_read_age = age};
    };
    return *Coverage::from_segments(
        at(0), {{.span = {at(0), at(10)}, .read_as_of = at(39), .state = CoverageState::final},
                gap({at(10), at(12)}, GapReason::unread, std::nullopt),
                gap({at(12), at(14)}, GapReason::early, 2 * hour),
                {.span = {at(14), at(20)}, .read_as_of = at(39), .state = CoverageState::final},
                {.span = {at(20), at(30)}, .read_as_of = at(31)},
                {.span = {at(30), at(32)}}});
}

std::vector<std::string> words(std::optional<int> since, std::optional<int> until, int now = 33,
                               Seconds retention = week) {
    Period period;
    if (since) period.since = at(*since);
    if (until) period.until = at(*until);
    return in_words(standing_of_period(coverage(), period, at(now), retention));
}

TEST(PeriodTest, complete_where_all_is_final) {
    const auto complete = ElementsAre("complete, nothing can be added to this period any more");
    EXPECT_THAT(words(0, 10), complete);
    EXPECT_THAT(words(3, 4), complete);
    EXPECT_THAT(words(14, 20), complete);
    EXPECT_THAT(words(std::nullopt, 5), complete);
}

TEST(PeriodTest, open_from_its_first_open_moment) {
    EXPECT_THAT(words(15, 25),
                ElementsAre("calls may still be added from 2026-11-23T20:00:00Z on"));
    EXPECT_THAT(words(22, 25),
                ElementsAre("calls may still be added from 2026-11-23T22:00:00Z on"));
}

TEST(PeriodTest, not_read_yet_reaches_to_now) {
    EXPECT_THAT(words(31, std::nullopt),
                ElementsAre("not read yet: 2026-11-24T07:00:00Z to 2026-11-24T09:00:00Z"));
    EXPECT_THAT(words(25, 31), ElementsAre("not read yet: 2026-11-24T06:00:00Z to "
                                           "2026-11-24T07:00:00Z; calls may still be added from "
                                           "2026-11-24T01:00:00Z on"));
}

TEST(PeriodTest, names_what_is_missing) {
    EXPECT_THAT(words(11, 13),
                ElementsAre("MISSING, never read: 2026-11-23T11:00:00Z to 2026-11-23T12:00:00Z; "
                            "calls that lasted longer than 2h may be missing: "
                            "2026-11-23T12:00:00Z to 2026-11-23T13:00:00Z"));
    EXPECT_EQ(words(std::nullopt, std::nullopt).size(), 2U);
}

TEST(PeriodTest, what_left_the_retention_unread_is_missing_before_it_is_recorded) {
    EXPECT_THAT(words(30, 32, 33, 2 * hour),
                ElementsAre("MISSING, not read in time: 2026-11-24T06:00:00Z to "
                            "2026-11-24T07:00:00Z",
                            "not read yet: 2026-11-24T07:00:00Z to 2026-11-24T08:00:00Z"));
    EXPECT_THAT(words(30, 32, 100, 2 * hour), ElementsAre(HasSubstr("MISSING, not read in time")));
}

TEST(PeriodTest, before_the_beginning_and_after_now) {
    EXPECT_THAT(words(-5, 5), ElementsAre("the archive begins at 2026-11-23T00:00:00Z and knows of "
                                          "no earlier calls"));
    EXPECT_THAT(words(-5, -2), ElementsAre(HasSubstr("the archive begins at")));
    EXPECT_THAT(words(40, std::nullopt), ElementsAre("the period lies in the future"));
    EXPECT_THAT(words(std::nullopt, -2), ElementsAre(HasSubstr("the archive begins at")));
    EXPECT_THAT(words(5, 5), ElementsAre("the period is empty"));
    EXPECT_THAT(words(7, 5), ElementsAre("the period is empty"));
    for (const auto& [since, until] : {std::pair{5, 5}, {7, 5}, {40, 50}}) {
        const Period none{.since = at(since), .until = at(until)};
        EXPECT_FALSE(standing_of_period(coverage(), none, at(33), week).complete());
    }
    EXPECT_THAT(words(25, 400), ElementsAre(HasSubstr("to 2026-11-24T09:00:00Z; calls may")));
}

TEST(PeriodTest, an_archive_that_read_nothing_yet) {
    EXPECT_THAT(in_words(standing_of_period(Coverage{at(0)}, {}, at(3), week)),
                ElementsAre("not read yet: 2026-11-23T00:00:00Z to 2026-11-23T03:00:00Z"));
}

/// Every moment of every period against what the segment that holds it says.
TEST(PeriodTest, agrees_with_each_moment) {
    const Coverage whole = coverage();
    for (int since = -3; since < 36; ++since) {
        for (int until = since + 1; until < 40; ++until) {
            const auto standing =
                standing_of_period(whole, {.since = at(since), .until = at(until)}, at(33), week);
            bool all_final = since < 33;
            for (int moment = since; moment < std::min(until, 33); ++moment) {
                bool is_final = false;
                for (const Segment& segment : whole.segments()) {
                    is_final |=
                        segment.span.holds(at(moment)) && segment.state == CoverageState::final;
                }
                all_final &= is_final;
            }
            ASSERT_EQ(standing.complete(), all_final) << since << " " << until;
        }
    }
}

TEST(PeriodTest, speaks_of_the_applications_asked_for) {
    SourceStatus a, b;
    a.identity.name = "a\x1b";
    b.identity.name = "b";
    a.ledger.coverage = b.ledger.coverage = coverage();
    a.retention = b.retention = week;
    EXPECT_EQ(period_in_words({a, b}, {.until = at(5)}, at(33)).size(), 2U);
    EXPECT_THAT(period_in_words({a, b}, {.app = "b", .until = at(5)}, at(33)),
                ElementsAre(HasSubstr("b: complete")));
    EXPECT_THAT(period_in_words({a, b}, {.app = "c"}, at(33)),
                ElementsAre("no application of the archive is named 'c'; there are: a\\x1b, b"));
    EXPECT_THAT(period_in_words({a}, {.app = "c"}, at(33)), ElementsAre(HasSubstr("there is: a")));
    EXPECT_THAT(period_in_words({}, {.app = "c"}, at(33)),
                ElementsAre("no application of the archive is named 'c'; there are: none"));
    EXPECT_THAT(period_in_words({}, {}, at(33)), IsEmpty());
}

TEST(PeriodTest, names_two_gaps_and_counts_the_others) {
    std::vector<Segment> segments;
    for (int i = 0; i < 10; ++i) {
        const bool is_gap = i % 2 == 0;
        segments.push_back({.span = {at(i), at(i + 1)},
                            .read_as_of = is_gap ? std::nullopt : std::optional{at(39)},
                            .state = is_gap ? CoverageState::gap : CoverageState::final,
                            .detected_at = is_gap ? at(40) : Moment{}});
    }
    const Coverage holes = *Coverage::from_segments(at(0), std::move(segments));
    EXPECT_THAT(in_words(standing_of_period(holes, {.until = at(10)}, at(33), week)),
                ElementsAre("MISSING, never read: 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z, "
                            "2026-11-23T02:00:00Z to 2026-11-23T03:00:00Z and 3 more (callarchive "
                            "gaps)"));
}

}  // namespace
}  // namespace callarchive
