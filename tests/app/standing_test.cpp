#include "app/commands/standing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Moment beginning = moment_from_unix(1'795'392'000);
constexpr Seconds hour{3'600};
constexpr Seconds retention = 70 * hour;

Moment at(int hours) {
    return beginning + hours * hour;
}

Segment gap(int from, int to, GapReason reason, int detected) {
    return {.span = {at(from), at(to)},
            .state = CoverageState::gap,
            .reason = reason,
            .detected_at = at(detected)};
}

/// Read until `read`, after the gaps that lie before it.
SourceStatus status_of(std::vector<Segment> gaps, int read) {
    const Moment from = gaps.empty() ? at(0) : gaps.back().span.to;
    if (from < at(read)) gaps.push_back({.span = {from, at(read)}, .read_as_of = at(read)});
    SourceStatus status;
    status.ledger.coverage = *Coverage::from_segments(at(0), std::move(gaps));
    status.retention = retention;
    status.last_success_at = at(read);
    return status;
}

TEST(Standing, HealthyWhereAllIsRead) {
    const Standing standing = standing_of(status_of({}, 80), at(80));
    EXPECT_TRUE(standing.healthy());
    EXPECT_EQ(standing.margin, retention);
    EXPECT_EQ(standing.head, at(80));
}

TEST(Standing, UnreadGapsNeedAPersonUntilTheyAreAcknowledged) {
    const auto unread = GapReason::unread;
    SourceStatus status = status_of({gap(0, 1, unread, 75), gap(1, 3, unread, 76)}, 80);
    Standing standing = standing_of(status, at(80));
    EXPECT_THAT(standing.complaints,
                ElementsAre("2 unread gaps are not acknowledged (callarchive gaps)"));
    EXPECT_EQ(standing.unread_gaps, 2);
    EXPECT_EQ(standing.unread_length, 3 * hour);

    status.ledger.acknowledged_until = at(75);
    EXPECT_THAT(standing_of(status, at(80)).complaints,
                ElementsAre("1 unread gap is not acknowledged (callarchive gaps)"));
    status.ledger.acknowledged_until = at(76);
    standing = standing_of(status, at(80));
    EXPECT_THAT(standing.complaints, IsEmpty());
    EXPECT_EQ(standing.unread_gaps, 2);
}

TEST(Standing, AnEarlyGapIsToldAndAlarmsNobody) {
    const Standing standing = standing_of(status_of({gap(0, 1, GapReason::early, 75)}, 80), at(80));
    EXPECT_TRUE(standing.healthy());
    EXPECT_EQ(standing.early_gaps, 1);
    EXPECT_EQ(standing.early_length, hour);
}

TEST(Standing, TheMarginIsWatchedOnceSomethingWasRead) {
    SourceStatus status = status_of({}, 10);
    EXPECT_TRUE(standing_of(status, at(69)).healthy());
    EXPECT_THAT(standing_of(status, at(71)).complaints,
                ElementsAre(HasSubstr("leave the API's window soon")));
    EXPECT_THAT(standing_of(status, at(90)).complaints,
                ElementsAre(HasSubstr("leave the API's window now")));
    status.last_success_at.reset();
    EXPECT_THAT(standing_of(status, at(90)).complaints,
                ElementsAre("no window has ever been read"));
}

TEST(Standing, WhatTheAnswersShowOfTheFilter) {
    constexpr std::int64_t enough = FilterEvidence::enough;
    EXPECT_THAT(evidence_in_words({}), HasSubstr("not known yet"));
    EXPECT_THAT(evidence_in_words({.ended_after = enough - 1, .started_before = enough - 1}),
                HasSubstr("not known yet"));
    EXPECT_THAT(evidence_in_words({.ended_after = enough}), HasSubstr("looks at a call's start"));
    EXPECT_THAT(evidence_in_words({.started_before = enough}),
                HasSubstr("looks at a call's end or creation"));
}

}  // namespace
}  // namespace callarchive
