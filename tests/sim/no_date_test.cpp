#include "sim/bench_top.h"
#include "sim/tiny_api.h"

#include <gtest/gtest.h>

#include <string>

namespace callarchive::testing {
namespace {

constexpr std::int64_t begin = 1'700'000'000;
constexpr Seconds day{86'400};

/// A call every ten minutes, by an API (or behind a proxy) that gives no Date.
struct NoDate : ::testing::Test {
    NoDate() {
        api.filter = TinyApi::Filter::start_and_end;
        settings.policy.poll_interval = Seconds{300};
        for (std::int64_t start = begin - 604'000; start < begin + 20 * day.count(); start += 600) {
            api.calls.push_back({.id = "call-" + std::to_string(start),
                                 .start = start,
                                 .end = start + 700,
                                 .visible_from = start + 700});
        }
    }
    TinyApi api;
    BenchTop bench{moment_from_unix(begin),
                   [this](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                       HttpAnswer answer = api.answer(request, unix_seconds(moment_of(at)));
                       answer.date.reset();
                       return answer;
                   },
                   1};
    SourceSettings settings = settings_with(default_policy());
};

TEST_F(NoDate, EverythingIsArchivedAndBecomesFinal) {
    bench.start(Mode::follow, {settings});
    bench.run_for(10 * day);
    bench.kill();
    EXPECT_TRUE(bench.witness.gaps.empty());
    const std::int64_t final_until = unix_seconds(bench.ledger().cursor());
    EXPECT_GE(final_until, begin + 3 * day.count());
    const auto archived = bench.archived();
    for (const TinyApi::Call& call : api.calls)
        EXPECT_TRUE(archived.contains(call.id) || call.start >= final_until) << call.id;
}

TEST_F(NoDate, WhatAnOutageCostIsToldAllTheSame) {
    bench.start(Mode::follow, {settings});
    bench.run_for(2 * day);
    bench.network.faults.outage = true;
    bench.run_for(9 * day);
    bench.network.faults.outage = false;
    bench.run_for(2 * day);
    bench.kill();
    ASSERT_FALSE(bench.witness.gaps.empty());
    Seconds unread{0};
    for (const Segment& gap : bench.witness.gaps) {
        if (gap.reason == GapReason::unread) unread += gap.span.to - gap.span.from;
    }
    EXPECT_GE(unread, 2 * day - Seconds{7'200});
    EXPECT_LE(unread, 2 * day + Seconds{7'200});
}

TEST_F(NoDate, AClockThatJustSteppedDeclaresNothingLost) {
    bench.start(Mode::follow, {settings});
    bench.run_for(2 * day);
    bench.clock.set_wall_error(30 * day);
    bench.run_for(std::chrono::hours{23});
    EXPECT_TRUE(bench.witness.gaps.empty());
}

}  // namespace
}  // namespace callarchive::testing
