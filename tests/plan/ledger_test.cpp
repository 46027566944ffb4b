#include "plan/ledger.h"

#include "plan/naive_model.h"

#include <gtest/gtest.h>

#include <random>

namespace callarchive {
namespace {

Moment at(int seconds) {
    return moment_from_unix(1'000'000 + seconds);
}
Window between(int from, int to) {
    return {.from = at(from), .to = at(to)};
}

Policy small_policy() {
    return {.revisit = {Seconds{5}, Seconds{20}, Seconds{40}},
            .overlap = Seconds{3},
            .poll_interval = Seconds{2},
            .retention = Seconds{60},
            .window_max = Seconds{15}};
}

Ledger proven_ledger(int beginning) {
    Ledger ledger{at(beginning)};
    ledger.evidence.ended_after = FilterEvidence::enough;
    return ledger;
}

TEST(Ledger, WithoutEvidenceWhatNoSweepSawWasNeverRead) {
    const Policy policy = small_policy();
    const auto lost_as = [&](std::optional<Sweep> sweep) {
        Ledger ledger{at(0)};
        ledger.record_read(between(0, 10), at(12), policy);
        EXPECT_EQ(ledger.head(), at(10));
        ledger.sweep = sweep;
        const auto lost = ledger.expire(at(70), policy);
        EXPECT_EQ(lost.size(), 1U);
        EXPECT_EQ(ledger.cursor(), at(10));
        return lost.empty() ? std::nullopt : std::optional{lost.front().reason};
    };
    EXPECT_EQ(lost_as(std::nullopt), GapReason::unread);
    EXPECT_EQ(lost_as(Sweep{.from = at(50), .as_of = at(60)}), GapReason::unread);
    EXPECT_EQ(lost_as(Sweep{.from = at(0), .as_of = at(9)}), GapReason::unread);
    EXPECT_EQ(lost_as(Sweep{.from = at(0), .as_of = at(11)}), GapReason::early);
}

TEST(Ledger, AgreesWithThePerSecondModelUnderRandomReadsAndExpiries) {
    const Policy policy = small_policy();
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random{seed};
        const auto draw = [&](int from, int to) {
            return std::uniform_int_distribution<int>{from, to}(random);
        };
        Ledger ledger = proven_ledger(0);
        testing::NaiveModel model{at(0), policy};
        int now = 60;
        for (int step = 0; step < 40; ++step) {
            now += draw(0, 6);
            if (draw(0, 3) == 0) {
                ledger.expire(at(now), policy);
                model.expire(at(now));
            } else {
                const int from = draw(std::max(0, now - 70), now);
                const Window window = between(from, from + draw(1, 25));
                const Moment as_of = at(now - draw(0, 4));
                ledger.record_read(window, as_of, policy);
                model.read(window, as_of);
            }
            for (const Segment& s : ledger.coverage.segments()) {
                for (Moment m = s.span.from; m < s.span.to; m += Seconds{1}) {
                    const auto& expected = model.at(m);
                    ASSERT_EQ(s.state == CoverageState::final, expected.final) << seed;
                    ASSERT_EQ(s.state == CoverageState::gap, expected.gap) << seed;
                    if (expected.gap) {
                        ASSERT_EQ(s.reason == GapReason::unread, expected.gap_unread);
                    } else {
                        ASSERT_EQ(s.read_as_of, expected.read_as_of) << seed;
                    }
                }
            }
        }
    }
}

TEST(Ledger, AClockThatStepsBackForgetsNoFinality) {
    const Policy policy = small_policy();
    Ledger ledger = proven_ledger(0);
    ledger.record_read(between(0, 50), at(60), policy);
    const Ledger before = ledger;
    ledger.record_read(between(0, 50), at(30), policy);
    EXPECT_EQ(ledger, before);
}

TEST(Ledger, NothingIsFinalWithoutASweepWhileStraddlingCallsMayBeHidden) {
    const Policy policy = small_policy();
    Ledger ledger{at(0)};
    ledger.record_read(between(0, 60), at(60), policy);
    EXPECT_EQ(ledger.cursor(), at(0));
    ledger.record_sweep({.from = at(0), .as_of = at(55)}, policy);
    EXPECT_EQ(ledger.cursor(), at(16));  // 55 - 40 was the last moment old enough
    ledger.evidence.started_before = FilterEvidence::enough;
    ledger.settle(policy);
    EXPECT_EQ(ledger.cursor(), at(21));
}

TEST(Ledger, WhatWasOnlyReadInWindowsIsAnUnreadGapWhileStraddlingCallsMayBeHidden) {
    const Policy policy = small_policy();
    Ledger ledger{at(0)};
    ledger.record_read(between(0, 20), at(20), policy);
    const auto lost = ledger.expire(at(70), policy);
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost.front().reason, GapReason::unread);
}

TEST(Ledger, AnEarlyGapSaysTheSmallestAgeAtWhichItsMomentsWereRead) {
    const Policy policy = small_policy();
    Ledger ledger = proven_ledger(0);
    ledger.record_read(between(0, 10), at(30), policy);
    const auto lost = ledger.expire(at(70), policy);
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost.front().reason, GapReason::early);
    EXPECT_EQ(lost.front().last_read_age, Seconds{21});
}

TEST(Ledger, OneLongLossIsOneGapAndAnAcknowledgedOneIsNotReopened) {
    const Policy policy = small_policy();
    Ledger ledger = proven_ledger(0);
    for (int now = 61; now <= 70; ++now)
        ledger.expire(at(now), policy);
    ASSERT_EQ(ledger.coverage.segments().size(), 1U);
    EXPECT_EQ(ledger.coverage.segments().front().detected_at, at(70));
    ledger.acknowledged_until = at(70);
    ledger.expire(at(75), policy);
    ASSERT_EQ(ledger.coverage.segments().size(), 2U);
    EXPECT_EQ(ledger.coverage.segments().back().detected_at, at(75));
}

TEST(Ledger, TheFirstSecondsThatNobodyCouldHaveReadAreNoGap) {
    const Policy policy = small_policy();
    Ledger ledger = proven_ledger(0);
    ledger.beginning_may_move_to = at(3);
    EXPECT_TRUE(ledger.expire(at(62), policy).empty());
    EXPECT_EQ(ledger.coverage.beginning(), at(2));
    const auto lost = ledger.expire(at(65), policy);
    ASSERT_EQ(lost.size(), 1U);
    EXPECT_EQ(lost.front().span, between(3, 5));
}

TEST(Ledger, MarginIsRetentionWhenAllIsReadAndFallsBelowZeroWhenMomentsAreLost) {
    const Policy policy = small_policy();
    Ledger ledger = proven_ledger(0);
    EXPECT_EQ(ledger.margin(at(60), policy), Seconds{0});
    ledger.record_read(between(0, 60), at(60), policy);
    EXPECT_EQ(ledger.margin(at(60), policy), policy.retention);
    EXPECT_EQ(ledger.margin(at(130), policy), Seconds{-10});
}

TEST(Ledger, AnOlderSweepDoesNotReplaceANewerOne) {
    const Policy policy = small_policy();
    Ledger ledger{at(0)};
    ledger.record_sweep({.from = at(0), .as_of = at(50)}, policy);
    ledger.record_sweep({.from = at(0), .as_of = at(30)}, policy);
    EXPECT_EQ(ledger.sweep->as_of, at(50));
    ledger.record_read(between(0, 60), at(60), policy);
    EXPECT_EQ(ledger.cursor(), at(11));  // 50 - 40 was the last moment old enough
}

TEST(Ledger, BeginsAnewOnlyWhereNothingWasRead) {
    const Policy policy = small_policy();
    Ledger untouched{at(1'000)};
    untouched.beginning_may_move_to = at(1'005);
    untouched.begin_anew(at(0));
    EXPECT_EQ(untouched.coverage.beginning(), at(0));
    EXPECT_EQ(untouched.beginning_may_move_to, at(5));

    Ledger read{at(1'000)};
    read.record_read(between(1'010, 1'020), at(1'030), policy);
    Ledger swept{at(1'000)};
    swept.record_sweep({.from = at(1'000), .as_of = at(1'030)}, policy);
    Ledger lost = proven_ledger(1'000);
    lost.expire(at(1'070), policy);
    for (Ledger* ledger : {&read, &swept, &lost}) {
        const Ledger before = *ledger;
        ledger->begin_anew(at(0));
        EXPECT_EQ(*ledger, before);
    }
}

}  // namespace
}  // namespace callarchive
