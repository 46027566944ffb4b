#include "plan/plan.h"

#include "plan/naive_model.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace callarchive {
namespace {

Moment at(int seconds) {
    return moment_from_unix(1'000'000 + seconds);
}

std::vector<Policy> policies() {
    return {{.revisit = {Seconds{5}, Seconds{20}, Seconds{40}},
             .overlap = Seconds{3},
             .poll_interval = Seconds{2},
             .retention = Seconds{60},
             .window_max = Seconds{15}},
            {.revisit = {Seconds{30}},
             .overlap = Seconds{10},
             .poll_interval = Seconds{1},
             .retention = Seconds{50},
             .window_max = Seconds{50}},
            {.revisit = {Seconds{2}, Seconds{3}, Seconds{4}},
             .overlap = Seconds{1},
             .poll_interval = Seconds{7},
             .retention = Seconds{30},
             .window_max = Seconds{4}}};
}

Ledger proven_ledger(Moment beginning) {
    Ledger ledger{beginning};
    ledger.evidence.ended_after = FilterEvidence::enough;
    return ledger;
}

void check_shape(const std::vector<PlannedWindow>& planned, const Policy& policy, Moment now) {
    std::set<Moment> taken;
    for (std::size_t i = 0; i < planned.size(); ++i) {
        const Window& window = planned[i].window;
        ASSERT_FALSE(window.empty());
        ASSERT_LE(window.to, now);
        ASSERT_GE(window.from, now - policy.retention);
        if (planned[i].purpose == Purpose::poll) {
            ASSERT_EQ(i, 0U);
        } else {
            ASSERT_LE(window.length(), policy.window_max);
        }
        for (Moment m = window.from; m < window.to; m += Seconds{1}) {
            ASSERT_TRUE(taken.insert(m).second) << "planned twice";
        }
        if (i > 1) {
            ASSERT_LE(planned[i - 1].window.from, window.from) << "not soonest to expire first";
        }
    }
}

/// A life of outages, steps and partial work; after every step the plan must hold what the naive
/// model calls overdue and, the newest moments apart, nothing that is not due.
TEST(Plan, AgreesWithThePerSecondModelThroughOutagesAndPartialWork) {
    for (const Policy& policy : policies()) {
        for (unsigned seed = 0; seed < 200; ++seed) {
            std::mt19937 random{seed};
            const auto draw = [&](int from, int to) {
                return std::uniform_int_distribution<int>{from, to}(random);
            };
            const Moment beginning = at(0);
            Ledger ledger = proven_ledger(beginning);
            testing::NaiveModel model{beginning, policy};
            Moment now = beginning + policy.retention;
            for (int step = 0; step < 60; ++step) {
                now += Seconds{draw(0, 9) == 0 ? draw(10, 90) : draw(0, 3)};
                ledger.expire(now, policy);
                model.expire(now);
                const auto planned = plan(ledger, now, policy);
                ASSERT_NO_FATAL_FAILURE(check_shape(planned, policy, now)) << seed;
                std::set<Moment> in_plan;
                for (const PlannedWindow& p : planned) {
                    for (Moment m = p.window.from; m < p.window.to; m += Seconds{1}) {
                        in_plan.insert(m);
                        if (p.purpose != Purpose::poll) {
                            ASSERT_TRUE(model.due(m, now)) << "seed " << seed;
                        }
                    }
                }
                for (Moment m = std::max(beginning, now - policy.retention); m < now;
                     m += Seconds{1}) {
                    if (model.overdue(m, now)) {
                        ASSERT_TRUE(in_plan.contains(m))
                            << "seed " << seed << " age " << (now - m).count();
                    }
                }
                const std::size_t done = static_cast<std::size_t>(draw(0, 4)) == 0
                                             ? 0
                                             : static_cast<std::size_t>(draw(0, 3) * 2);
                for (std::size_t i = 0; i < std::min(done, planned.size()); ++i) {
                    ledger.record_read(planned[i].window, now, policy);
                    model.read(planned[i].window, now);
                }
            }
        }
    }
}

TEST(Plan, IsEmptyOnceWhatItSaidWasRead) {
    for (const Policy& policy : policies()) {
        Ledger ledger = proven_ledger(at(0));
        for (int now = 60; now < 400; now += 3) {
            ledger.expire(at(now), policy);
            for (const PlannedWindow& p : plan(ledger, at(now), policy)) {
                ledger.record_read(p.window, at(now), policy);
            }
            EXPECT_TRUE(plan(ledger, at(now), policy).empty()) << now;
        }
    }
}

/// Read on time, every moment becomes final and none is ever a gap; the ledger stays small.
TEST(Plan, SteadyOperationMakesEveryMomentFinalAndKeepsTheLedgerSmall) {
    const Policy policy{.revisit = {Seconds{3600}, Seconds{21600}, Seconds{86400}, Seconds{259200},
                                    Seconds{518400}},
                        .overlap = Seconds{600},
                        .poll_interval = Seconds{60},
                        .retention = Seconds{604800},
                        .window_max = Seconds{21600}};
    const Moment start = moment_from_unix(1'700'000'000);
    Ledger ledger = proven_ledger(start - policy.retention);
    ledger.beginning_may_move_to = ledger.coverage.beginning() + policy.overlap;
    std::size_t windows = 0;
    const int minutes = 20 * 24 * 60;
    for (int minute = 0; minute < minutes; ++minute) {
        const Moment now = start + Seconds{60 * minute};
        EXPECT_TRUE(ledger.expire(now, policy).empty()) << minute;
        for (const PlannedWindow& p : plan(ledger, now, policy)) {
            ledger.record_read(p.window, now, policy);
            ++windows;
        }
        ASSERT_LT(ledger.coverage.segments().size(), 300U);
    }
    const Moment now = start + Seconds{60 * (minutes - 1)};
    EXPECT_GE(ledger.cursor(), now - policy.final_age() - policy.patience(4) - Seconds{60});
    // A revisit must be worth its request: polls aside, far fewer windows than minutes.
    EXPECT_LT(windows, static_cast<std::size_t>(minutes) * 5 / 4);
}

TEST(Plan, TheMorningAfterASixDayOutageTheOldestIsReadFirstButForOnePoll) {
    Policy policy = policies().front();
    Ledger ledger = proven_ledger(at(0));
    ledger.record_read({.from = at(0), .to = at(60)}, at(60), policy);
    const auto planned = plan(ledger, at(110), policy);
    ASSERT_GT(planned.size(), 3U);
    EXPECT_EQ(planned[0].purpose, Purpose::poll);
    EXPECT_EQ(planned[1].window.from, at(50));
    EXPECT_EQ(planned[1].purpose, Purpose::revisit);
}

TEST(Plan, SweepsTheRetainedStretchOnlyUntilStraddlingCallsHaveBeenReturned) {
    const Policy policy = policies().front();
    Ledger ledger{at(0)};
    auto planned = plan(ledger, at(60), policy);
    ASSERT_FALSE(planned.empty());
    EXPECT_EQ(planned.back().purpose, Purpose::sweep);
    EXPECT_EQ(planned.back().window, (Window{.from = at(0), .to = at(60)}));
    ledger.record_sweep({.from = at(0), .as_of = at(60)}, policy);
    for (const PlannedWindow& p : plan(ledger, at(61), policy))
        EXPECT_NE(p.purpose, Purpose::sweep);
    EXPECT_EQ(plan(ledger, at(60) + policy.sweep_interval(), policy).back().purpose,
              Purpose::sweep);
    ledger.evidence.started_before = FilterEvidence::enough;
    for (const PlannedWindow& p : plan(ledger, at(90), policy))
        EXPECT_NE(p.purpose, Purpose::sweep);
}

TEST(Plan, AClockThatStepsFarBackDoesNotStopTheSweeps) {
    const Policy policy = policies().front();
    Ledger ledger{at(0)};
    const Seconds far = 2 * policy.sweep_interval();
    ledger.record_sweep({.from = at(0), .as_of = at(60) + far}, policy);
    EXPECT_EQ(plan(ledger, at(60), policy).back().purpose, Purpose::sweep);
    // By less than an interval it is soon due anyway.
    ledger.sweep->as_of = at(61);
    for (const PlannedWindow& p : plan(ledger, at(60), policy))
        EXPECT_NE(p.purpose, Purpose::sweep);
}

TEST(Plan, AClockThatStepsFarBackDoesNotStopThePolls) {
    const Policy policy = policies().front();
    Ledger ledger = proven_ledger(at(0));
    ledger.record_read({.from = at(0), .to = at(1000)}, at(1000), policy);
    EXPECT_EQ(next_poll(ledger, at(100), policy), at(100));
}

}  // namespace
}  // namespace callarchive
