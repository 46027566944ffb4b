#include "engine/engine.h"
#include "sim/bench_top.h"
#include "sim/tiny_api.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace callarchive::testing {
namespace {

constexpr std::int64_t begin = 1'700'000'000;
constexpr Milliseconds way{25};  // there; and back

TinyApi busy_week(int calls) {
    TinyApi api;
    for (int i = 0; i < calls; ++i) {
        const std::int64_t start = begin - 604'700 + std::int64_t{604'600} * i / calls;
        api.calls.push_back({.id = "call-" + std::to_string(i),
                             .start = start,
                             .end = start + 60,
                             .visible_from = start + 60});
    }
    return api;
}

/// A service that takes its time, and counts how many requests are with it at once.
struct SlowService {
    explicit SlowService(const TinyApi& tiny) : api(tiny) {}

    VirtualNetwork::Reply operator()(const HttpRequest& request, Instant at) {
        std::erase_if(busy_until, [&](Instant until) { return until <= at; });
        busy_until.push_back(at + 2 * way);
        most_at_once = std::max(most_at_once, busy_until.size());
        ++requests;
        return {api.answer(request, unix_seconds(moment_of(at))), 2 * way};
    }

    const TinyApi& api;
    std::vector<Instant> busy_until{};
    std::size_t most_at_once = 0;
    int requests = 0;
};

TEST(Asking, KeepsAsManyRequestsUnderWayAsItMayAndNoMore) {
    const TinyApi api = busy_week(60'000);
    SlowService service{api};
    BenchTop bench{moment_from_unix(begin), std::ref(service), 1};
    bench.network.latency_max = Milliseconds{1};
    SourceSettings settings = settings_with(default_policy());
    settings.requests.rate_limit = 200;
    settings.requests.max_window_records = 2'000;
    bench.start(Mode::pass, {settings});
    bench.run_pass();
    const Milliseconds took = bench.clock.true_now() - Instant{moment_from_unix(begin)};
    bench.kill();
    EXPECT_EQ(bench.archived().size(), 60'000U);
    EXPECT_EQ(service.most_at_once, 4U);
    // Windows of 14 pages: one at a time would leave a third of the time to heads and tails.
    const double at_best = static_cast<double>(service.requests) * 52.0 / 4;
    EXPECT_LT(static_cast<double>(took.count()), 1.08 * at_best);
    EXPECT_LT(service.requests, 60'000 / 100 * 108 / 100);
}

TEST(Asking, AShortWindowKeepsNoOtherFromBeingBegun) {
    // Nights of 15 pages between days of 90.
    TinyApi api;
    for (std::int64_t from = begin - 604'700; from + 43'200 <= begin; from += 43'200) {
        for (int i = 0; i < 10'500; ++i) {
            const std::int64_t start = i < 9'000 ? from + i * 21'600 / 9'000
                                                 : from + 21'600 + (i - 9'000) * 21'600 / 1'500;
            api.calls.push_back({.id = "call-" + std::to_string(from) + "-" + std::to_string(i),
                                 .start = start,
                                 .end = start + 60,
                                 .visible_from = start + 60});
        }
    }
    SlowService service{api};
    BenchTop bench{moment_from_unix(begin), std::ref(service), 5};
    bench.network.latency_max = Milliseconds{1};
    SourceSettings settings = settings_with(default_policy());
    settings.requests.concurrency = 20;
    settings.requests.rate_limit = 1'000;
    settings.requests.max_window_records = 50'000;
    bench.start(Mode::pass, {settings});
    bench.run_pass();
    const Milliseconds took = bench.clock.true_now() - Instant{moment_from_unix(begin)};
    bench.kill();
    EXPECT_EQ(bench.archived().size(), api.calls.size());
    const double at_best = static_cast<double>(service.requests) * 52.0 / 20;
    EXPECT_LT(static_cast<double>(took.count()) / at_best, 1.12);
}

/// As libcurl does it: what is handed over goes out when the network is next given time.
class IdleUnlessWaitedFor final : public Http {
  public:
    explicit IdleUnlessWaitedFor(BenchTop& bench) : bench_(bench) {}

    void start(HttpTicket ticket, HttpRequest request) override {
        rows_at_start_ = bench_.archive->unflushed_rows();
        ++handed_over_;
        bench_.network.start(ticket, std::move(request));
    }
    void cancel(HttpTicket ticket) override { bench_.network.cancel(ticket); }
    std::vector<HttpCompletion> wait(Milliseconds at_most) override {
        const bool was_committed = rows_at_start_ > 0 && bench_.archive->unflushed_rows() == 0;
        if (was_committed) waited_for_the_disk += handed_over_;
        handed_over_ = 0;
        rows_at_start_ = 0;
        return bench_.network.wait(at_most);
    }

    int waited_for_the_disk = 0;

  private:
    BenchTop& bench_;
    std::int64_t rows_at_start_ = 0;
    int handed_over_ = 0;
};

TEST(Asking, NoRequestWaitsForACommit) {
    // Long windows: most commits are made while one is read, with nothing to be told.
    const TinyApi api = busy_week(60'000);
    BenchTop bench{moment_from_unix(begin),
                   [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                       return api.answer(request, unix_seconds(moment_of(at)));
                   },
                   4};
    SourceSettings settings = settings_with(default_policy());
    settings.policy.window_max = Seconds{86'400};
    settings.requests.concurrency = 10;
    settings.requests.rate_limit = 40;
    settings.requests.max_window_records = 50'000;
    bench.start(Mode::pass, {settings});
    IdleUnlessWaitedFor http{bench};
    bench.engine =
        std::make_unique<Engine>(*bench.archive, bench.clock, http, bench.witness, Mode::pass, 1);
    ASSERT_TRUE(bench.engine->configure({settings}).ok());
    bench.run_pass();
    bench.kill();
    EXPECT_EQ(bench.archived().size(), 60'000U);
    EXPECT_EQ(http.waited_for_the_disk, 0);
}

TEST(Asking, WhatFailsTogetherCountsOnce) {
    const TinyApi api = busy_week(20'000);
    int blips = 0;
    BenchTop bench{moment_from_unix(begin),
                   [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                       const std::int64_t now = (at - Instant{moment_from_unix(begin)}).count();
                       // For a while in each third of a second whatever is under way is reset.
                       if (now % 330 > 270) {
                           ++blips;
                           return HttpFailure{HttpFailureKind::broken, "reset"};
                       }
                       return api.answer(request, unix_seconds(moment_of(at)));
                   },
                   2};
    SourceSettings settings = settings_with(default_policy());
    settings.requests.concurrency = 20;
    settings.requests.rate_limit = 200;
    bench.start(Mode::pass, {settings});
    bench.run_pass();
    bench.kill();
    EXPECT_EQ(bench.archived().size(), 20'000U);
    EXPECT_GE(blips, 5);
    EXPECT_TRUE(bench.witness.failures.empty()) << bench.witness.failures.size();
}

TEST(Asking, AFailureOfTheServiceIsToldOnceThoughTwoWindowsWereUnderWay) {
    const TinyApi api = busy_week(20'000);
    // Windows have seven pages: one of these falls where two are under way.
    for (int good = 60; good < 67; ++good) {
        int served = 0;
        BenchTop bench{moment_from_unix(begin),
                       [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                           HttpAnswer answer = api.answer(request, unix_seconds(moment_of(at)));
                           // In the middle of it the key is found to be wrong.
                           if (++served > good) {
                               answer.body = R"({"errorCode":70002,"errorMessage":"bad sig"})";
                           }
                           return answer;
                       },
                       3};
        bench.start(Mode::follow, {settings_with(default_policy())});
        bench.run_for(Seconds{20});
        EXPECT_EQ(bench.witness.failures.size(), 1U) << good;
        bench.kill();
        // What had come is kept, of windows that were not read whole too.
        EXPECT_GT(bench.archived().size(), 5'000U);
    }
}

}  // namespace
}  // namespace callarchive::testing
