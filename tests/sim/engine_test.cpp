#include "engine/engine.h"

#include "sim/bench_top.h"
#include "sim/tiny_api.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace callarchive::testing {
namespace {

constexpr std::int64_t begin = 1'700'000'000;

TinyApi api_with(int calls, std::int64_t from, std::int64_t to, std::int64_t length) {
    TinyApi api;
    for (int i = 0; i < calls; ++i) {
        const std::int64_t start = from + (to - from) * i / calls;
        const std::int64_t lasts = 1 + (length * (i % 17)) / 17;
        api.calls.push_back({.id = "call-" + std::to_string(i),
                             .start = start,
                             .end = start + lasts,
                             .visible_from = start + lasts});
    }
    return api;
}

VirtualNetwork::Service service_of(const TinyApi& api) {
    return [&api](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
        return api.answer(request, unix_seconds(moment_of(at)));
    };
}

/// Counts the requests for the first page of a query without an end.
VirtualNetwork::Service counting_sweeps(const TinyApi& api, int& begun) {
    return [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
        const std::int64_t now = unix_seconds(moment_of(at));
        const auto asked = nlohmann::json::parse(request.body);
        const bool endless = asked.at("endTimestamp").get<std::int64_t>() > now + 3'600;
        begun += endless && asked.at("page") == 1 ? 1 : 0;
        return api.answer(request, now);
    };
}

/// All of them whole.
int sweeps_in(const Witness& witness) {
    int sweeps = 0;
    for (const WindowReport& report : witness.windows) {
        if (report.planned.purpose != Purpose::sweep) continue;
        ++sweeps;
        EXPECT_EQ(report.outcome, WindowOutcome::complete) << report.why;
    }
    return sweeps;
}

std::set<std::string> readable(const TinyApi& api, std::int64_t first_start, std::int64_t now) {
    std::set<std::string> ids;
    for (const auto& call : api.calls) {
        if (call.start >= first_start && call.visible_from <= now) ids.insert(call.id);
    }
    return ids;
}

class EveryFilter : public ::testing::TestWithParam<TinyApi::Filter> {};

TEST_P(EveryFilter, OnePassArchivesAWeekAndASecondPassReadsAlmostNothing) {
    TinyApi api = api_with(3000, begin - 604'790, begin - 100, 3'000);
    api.filter = GetParam();
    BenchTop bench{moment_from_unix(begin), service_of(api), 1};
    bench.start(Mode::pass, {settings_with(default_policy())});
    bench.run_pass();
    EXPECT_FALSE(bench.engine->gave_up());
    ASSERT_TRUE(bench.engine->stop().ok());
    bench.kill();
    EXPECT_EQ(bench.archived(), readable(api, begin - 604'790, begin));
    EXPECT_TRUE(bench.witness.failures.empty());

    const std::int64_t requests = bench.network.requests;
    bench.start(Mode::pass, {settings_with(default_policy())});
    bench.run_pass();
    EXPECT_LE(bench.network.requests - requests, 5);
    EXPECT_EQ(bench.archived().size(), readable(api, begin - 604'790, begin).size());
}

TEST_P(EveryFilter, NothingIsLostInThreeWeeksWithLongCallsKillsAndOutages) {
    TinyApi api = api_with(4000, begin - 604'000, begin + 21 * 86'400, 4 * 86'400);
    api.filter = GetParam();
    BenchTop bench{moment_from_unix(begin), service_of(api), 2};
    bench.network.faults.timed_out = 0.01;
    bench.network.faults.truncated = 0.02;
    std::mt19937 random{3};
    Moment cursor = moment_from_unix(0);
    for (int day = 0; day < 22; ++day) {
        bench.start(Mode::follow, {settings_with(default_policy())});
        bench.network.faults.outage = day % 7 == 3;
        bench.run_for(std::chrono::hours{8});
        bench.network.faults.outage = false;
        bench.run_for(Seconds{std::uniform_int_distribution<int>{50'000, 57'600}(random)});
        bench.kill();
        const Ledger ledger = bench.ledger();
        EXPECT_GE(ledger.cursor(), cursor);
        cursor = ledger.cursor();
    }
    bench.network.faults = {};
    bench.start(Mode::follow, {settings_with(default_policy())});
    bench.run_for(Seconds{7'200});
    bench.kill();
    const auto archived = bench.archived();
    const Ledger ledger = bench.ledger();
    int promised = 0;
    for (const auto& call : api.calls) {
        // Where the call lies on the filter's axis, and what the ledger says of that moment.
        const Moment moment =
            moment_from_unix(GetParam() == TinyApi::Filter::end ? call.end : call.start);
        for (const Segment& segment : ledger.coverage.segments()) {
            if (!segment.span.holds(moment) || segment.state != CoverageState::final) continue;
            if (call.visible_from > unix_seconds(moment) + 518'400) continue;
            if (call.start < begin - 604'000 + 86'400) continue;
            ++promised;
            EXPECT_TRUE(archived.contains(call.id))
                << call.id << " lasted " << call.end - call.start;
        }
    }
    EXPECT_GT(promised, 2'000);
    EXPECT_TRUE(bench.witness.gaps.empty());
    EXPECT_GT(cursor, moment_from_unix(begin + 10 * 86'400));
}

INSTANTIATE_TEST_SUITE_P(Engine, EveryFilter,
                         ::testing::Values(TinyApi::Filter::start, TinyApi::Filter::end,
                                           TinyApi::Filter::start_and_end));

TEST(Engine, AnOutageBeyondTheRetentionIsAGapOfJustThatMuch) {
    TinyApi api = api_with(2000, begin - 604'000, begin + 20 * 86'400, 600);
    BenchTop bench{moment_from_unix(begin), service_of(api), 4};
    bench.start(Mode::follow, {settings_with(default_policy())});
    bench.run_for(Seconds{86'400});
    bench.network.faults.outage = true;
    bench.run_for(Seconds{9 * 86'400});
    bench.network.faults.outage = false;
    bench.run_for(Seconds{86'400});
    bench.kill();
    const Ledger ledger = bench.ledger();
    Seconds unread{0};
    for (const Segment& segment : ledger.coverage.segments()) {
        if (segment.state == CoverageState::gap && segment.reason == GapReason::unread) {
            unread += segment.span.length();
        }
    }
    EXPECT_NEAR(static_cast<double>(unread.count()), 2 * 86'400, 300);
    EXPECT_GT(bench.witness.failures.size(), 100U);
}

TEST(Engine, ALocalClockYearsAheadDeclaresNoGapAndClaimsNothingAhead) {
    TinyApi api = api_with(500, begin - 604'000, begin + 86'400, 600);
    BenchTop bench{moment_from_unix(begin), service_of(api), 5};
    bench.start(Mode::follow, {settings_with(default_policy())});
    bench.run_for(Seconds{3'600});
    bench.clock.set_wall_error(std::chrono::hours{24 * 365});
    bench.run_for(Seconds{3'600});
    bench.kill();
    EXPECT_TRUE(bench.witness.gaps.empty());
    EXPECT_LE(bench.ledger().coverage.end(), moment_of(bench.clock.true_now()) + Seconds{2});
    EXPECT_EQ(bench.witness.notices.empty(), false);
}

TEST(Engine, AClockAheadByLittleAtTheFirstStartLeavesNothingOut) {
    // A call a minute: some of those that such a clock takes for expired can be read for long yet.
    TinyApi api = api_with(10'080, begin - 604'800, begin, 30);
    BenchTop bench{moment_from_unix(begin), service_of(api), 9};
    const Seconds ahead = default_policy().overlap - Seconds{1};
    bench.clock.set_wall_error(ahead);
    bench.start(Mode::pass, {settings_with(default_policy())});
    bench.run_pass();
    ASSERT_TRUE(bench.engine->stop().ok());
    bench.kill();
    const std::int64_t now = unix_seconds(moment_of(bench.clock.true_now()));
    const auto archived = bench.archived();
    for (const std::string& id : readable(api, now - 604'800 + 30, now))
        EXPECT_TRUE(archived.contains(id)) << id;
}

TEST(Engine, AWrongClockAtAnEarlierStartLeavesNothingOut) {
    const TinyApi api = api_with(2'000, begin - 604'800, begin, 60);
    const Seconds to_1970 = -Seconds{begin};
    for (const Milliseconds error : {Milliseconds{std::chrono::hours{24 * 365}},
                                     Milliseconds{std::chrono::hours{24}}, Milliseconds{to_1970}}) {
        bool answers = false;
        BenchTop bench{moment_from_unix(begin),
                       [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                           if (!answers) return HttpFailure{HttpFailureKind::connect, "refused"};
                           return api.answer(request, unix_seconds(moment_of(at)));
                       },
                       26};
        bench.clock.set_wall_error(error);
        bench.start(Mode::follow, {settings_with(default_policy())});
        bench.run_for(std::chrono::minutes{2});
        // The machine starts again, and this time the clock is right and the network there.
        bench.clock.set_wall_error(Milliseconds{0});
        answers = true;
        bench.start(Mode::follow, {settings_with(default_policy())});
        bench.run_for(std::chrono::minutes{10});
        const std::int64_t now = unix_seconds(moment_of(bench.clock.true_now()));
        const auto archived = bench.archived();
        for (const std::string& id : readable(api, now - 604'800 + 120, now))
            EXPECT_TRUE(archived.contains(id)) << id << " " << error.count();
        EXPECT_TRUE(bench.witness.gaps.empty()) << error.count();
        EXPECT_EQ(bench.ledger().head(), bench.ledger().coverage.end());
    }
}

TEST(Engine, AWrongKeyIsRetriedSlowlyAndNotGivenUp) {
    TinyApi api = api_with(10, begin - 500'000, begin, 600);
    bool key_is_good = false;
    BenchTop bench{moment_from_unix(begin),
                   [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                       HttpAnswer answer = api.answer(request, unix_seconds(moment_of(at)));
                       if (!key_is_good) {
                           answer.body = R"({"errorCode":70002,"errorMessage":"bad sig"})";
                       }
                       return answer;
                   },
                   6};
    bench.start(Mode::follow, {settings_with(default_policy())});
    bench.run_for(Seconds{3'600});
    EXPECT_GT(bench.network.requests, 3);
    EXPECT_LT(bench.network.requests, 40);
    key_is_good = true;
    bench.run_for(Seconds{1'200});
    bench.kill();
    EXPECT_EQ(bench.archived().size(), 10U);
    ASSERT_FALSE(bench.witness.failures.empty());
    EXPECT_EQ(bench.witness.failures.front().error.kind, ErrorKind::configuration);
}

TEST(Engine, APassWithAWrongKeyEndsAtOnceAndPromisesNoOtherTry) {
    BenchTop bench{moment_from_unix(begin),
                   [&](const HttpRequest&, Instant) -> VirtualNetwork::Outcome {
                       HttpAnswer answer;
                       answer.status = 200;
                       answer.body = R"({"errorCode":70002,"errorMessage":"bad sig"})";
                       return answer;
                   },
                   12};
    bench.start(Mode::pass, {settings_with(default_policy())});
    bench.run_pass();
    EXPECT_TRUE(bench.engine->gave_up());
    ASSERT_EQ(bench.witness.failures.size(), 1U);
    EXPECT_EQ(bench.witness.failures.front().retry_in, Milliseconds{0});
}

TEST(Engine, AWindowOfTooManyRecordsIsSplitAndASecondOfManyIsPagedThrough) {
    TinyApi api;
    for (int i = 0; i < 3000; ++i) {
        api.calls.push_back({.id = "busy-" + std::to_string(i),
                             .start = begin - 5'000,
                             .end = begin - 4'000,
                             .visible_from = begin - 4'000});
    }
    SourceSettings settings = settings_with(default_policy());
    settings.requests.max_window_records = 500;
    BenchTop bench{moment_from_unix(begin), service_of(api), 7};
    bench.start(Mode::pass, {settings});
    bench.run_pass();
    EXPECT_FALSE(bench.engine->gave_up());
    bench.kill();
    EXPECT_EQ(bench.archived().size(), 3000U);
}

/// Fails every question that reaches into the hour before two days ago, as one that takes too long.
VirtualNetwork::Service service_that_fails_an_hour_of(const TinyApi& api) {
    return [&api](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
        const auto number_after = [&](const std::string& key) {
            const std::size_t found = request.body.find(key);
            return std::stoll(request.body.substr(found + key.size()));
        };
        const std::int64_t from = number_after("\"startTimestamp\":");
        const std::int64_t to = number_after("\"endTimestamp\":");
        if (from < begin - 172'800 && to > begin - 176'400) {
            return HttpFailure{HttpFailureKind::timeout, "timed out"};
        }
        return api.answer(request, unix_seconds(moment_of(at)));
    };
}

TEST(Engine, AWindowThatFailsForGoodStopsNoOther) {
    TinyApi api = api_with(2'000, begin - 604'000, begin - 100, 600);
    for (const Mode mode : {Mode::follow, Mode::pass}) {
        BenchTop bench{moment_from_unix(begin), service_that_fails_an_hour_of(api), 8};
        bench.start(mode, {settings_with(default_policy())});
        bench.run_for(std::chrono::hours{12});
        if (mode == Mode::pass) {
            EXPECT_TRUE(bench.engine->finished());
            EXPECT_TRUE(bench.engine->gave_up());
        }
        bench.kill();
        std::size_t missing = 0;
        const auto archived = bench.archived();
        for (const std::string& id : readable(api, begin - 604'000 + 43'200, begin))
            missing += archived.contains(id) ? 0 : 1;
        // Of the whole window of six hours, whose calls are 72, nothing is known.
        EXPECT_LE(missing, 90U) << (mode == Mode::follow ? "followed" : "in one pass");
    }
}

/// Where the query's window ends.
std::int64_t end_asked_for(const HttpRequest& request) {
    const std::string name = "\"endTimestamp\":";
    return std::stoll(request.body.substr(request.body.find(name) + name.size()));
}

TEST(Engine, AClaimIsAsOldAsItsFirstRequestHoweverLongTheAnswerTakes) {
    const TinyApi api = api_with(200, begin - 604'000, begin - 100, 600);
    std::map<std::int64_t, std::int64_t> first_request;  // by the end of the window
    BenchTop bench{moment_from_unix(begin),
                   [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Reply {
                       const std::int64_t now = unix_seconds(moment_of(at));
                       first_request.emplace(end_asked_for(request), now);
                       return {api.answer(request, now), Seconds{8}};
                   },
                   8};
    bench.start(Mode::pass, {settings_with(default_policy())});
    bench.run_pass();
    bench.kill();
    int looked_at = 0;
    const Ledger ledger = bench.ledger();
    for (const Segment& segment : ledger.coverage.segments()) {
        const auto asked = first_request.find(unix_seconds(segment.span.to));
        if (asked == first_request.end() || !segment.read_as_of) continue;
        EXPECT_LE(unix_seconds(*segment.read_as_of), asked->second + 2);
        ++looked_at;
    }
    EXPECT_GT(looked_at, 3);
}

TEST(Engine, WhatLeftTheRetentionBeforeItWasServedIsNotClaimed) {
    const std::int64_t back = begin + 8 * 86'400;
    const std::int64_t edge = back - 604'800;
    TinyApi api;
    // Few enough for one page: of several the last ones could show that something went.
    for (std::int64_t start = edge + 60; start < edge + 240; start += 2)
        api.calls.push_back({std::to_string(start), start, start + 5, start + 5});
    // Longer than a window: they show that windows alone are enough.
    for (std::int64_t start = begin - 300'000; start < begin - 299'980; ++start)
        api.calls.push_back({std::to_string(start), start, start + 100'000, start + 100'000});
    BenchTop bench{moment_from_unix(begin - 600),
                   [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Reply {
                       // The service looks for the calls only when its answer is nearly due.
                       const Seconds busy{8};
                       return {api.answer(request, unix_seconds(moment_of(at + busy))), busy};
                   },
                   21};
    bench.start(Mode::follow, {settings_with(default_policy())});
    bench.run_for(Seconds{600});
    bench.network.faults.outage = true;
    bench.run_for(moment_from_unix(back) - moment_of(bench.clock.true_now()));
    bench.network.faults.outage = false;
    bench.run_for(Seconds{900});
    bench.kill();
    const auto archived = bench.archived();
    const Ledger ledger = bench.ledger();
    ASSERT_TRUE(ledger.evidence.straddlers_are_returned());
    int claimed = 0;
    for (const Segment& segment : ledger.coverage.segments()) {
        if (!segment.read_as_of) continue;
        for (const TinyApi::Call& call : api.calls) {
            const Moment start = moment_from_unix(call.start);
            if (start < segment.span.from || start >= segment.span.to) continue;
            ++claimed;
            EXPECT_TRUE(archived.contains(call.id)) << call.start - edge << " s inside the edge";
        }
    }
    EXPECT_GT(claimed, 30);
    EXPECT_LT(claimed, std::ssize(api.calls)) << "nothing had left it";
}

TEST(Engine, ALocalClockAheadByLessThanTheDateCanShowClaimsNothingAhead) {
    TinyApi api;
    for (std::int64_t start = begin - 100; start < begin + 400; ++start)
        api.calls.push_back({std::to_string(start), start, start + 1, start + 1});
    BenchTop bench{moment_from_unix(begin), service_of(api), 23};
    bench.clock.set_wall_error(Milliseconds{1'900});
    Policy policy = default_policy();
    policy.poll_interval = Seconds{17};
    policy.overlap = Seconds{30};
    bench.start(Mode::follow, {settings_with(policy)});
    bench.run_for(Seconds{60});
    int looked_at = 0;
    for (int second = 0; second < 120; ++second) {
        bench.run_for(Seconds{1});
        const auto archived = bench.archived();
        const Ledger ledger = bench.ledger();
        for (const Segment& segment : ledger.coverage.segments()) {
            if (!segment.read_as_of) continue;
            for (const TinyApi::Call& call : api.calls) {
                if (!segment.span.holds(moment_from_unix(call.start))) continue;
                if (call.visible_from > unix_seconds(*segment.read_as_of)) continue;
                ++looked_at;
                EXPECT_TRUE(archived.contains(call.id)) << call.start - begin;
            }
        }
    }
    EXPECT_GT(looked_at, 5'000);
}

TEST(Engine, OneAnswerWithAWrongDateStopsNothing) {
    const TinyApi api = api_with(2'000, begin - 604'000, begin + 86'400, 600);
    for (const std::int64_t wrong_by : {-31'536'000, -40'000, 40'000}) {
        int requests = 0;
        BenchTop bench{moment_from_unix(begin),
                       [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                           HttpAnswer answer = api.answer(request, unix_seconds(moment_of(at)));
                           if (++requests == 120) *answer.date += Seconds{wrong_by};
                           return answer;
                       },
                       8};
        bench.start(Mode::follow, {settings_with(default_policy())});
        bench.run_for(std::chrono::hours{4});
        const int before = requests;
        bench.run_for(std::chrono::hours{1});
        EXPECT_GT(requests - before, 50) << wrong_by;
        // Nor is anything lost to what was claimed by it.
        bench.run_for(std::chrono::hours{48});
        bench.kill();
        std::size_t missing = 0;
        const auto archived = bench.archived();
        for (const std::string& id : readable(api, begin - 604'000, begin + 86'400))
            missing += archived.contains(id) ? 0 : 1;
        EXPECT_EQ(missing, 0U) << wrong_by;
        EXPECT_GT(bench.ledger().head(), moment_from_unix(begin + 4 * 3'600)) << wrong_by;
    }
}

TEST(Engine, APassGivesASweepThatFailsForGoodAMinuteToo) {
    TinyApi api = api_with(2'000, begin - 604'000, begin - 100, 600);
    // Windows alone are not complete: without this no sweep is needed.
    api.filter = TinyApi::Filter::start_and_end;
    int requests = 0;
    BenchTop bench{moment_from_unix(begin),
                   [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                       ++requests;
                       // Only a sweep asks for what lies ahead; polls and windows are answered.
                       if (end_asked_for(request) > unix_seconds(moment_of(at)) + 3'600) {
                           return HttpFailure{HttpFailureKind::timeout, "timed out"};
                       }
                       return api.answer(request, unix_seconds(moment_of(at)));
                   },
                   8};
    bench.start(Mode::pass, {settings_with(default_policy())});
    bench.run_for(std::chrono::hours{12});
    ASSERT_TRUE(bench.engine->finished());
    EXPECT_TRUE(bench.engine->gave_up());
    EXPECT_LT(requests, 200);
    bench.kill();
    EXPECT_GT(bench.archived().size(), 1'900U);
}

/// Calls come and go all the time, and the filter never shows its nature.
TinyApi two_busy_hours() {
    TinyApi api = api_with(5'400, begin - 3'600, begin + 7'200, 30);
    api.filter = TinyApi::Filter::start_and_end;
    api.retention = 3'600;
    return api;
}

/// In many small pages, so that a sweep takes a while.
void sweep_for_two_hours(BenchTop& bench, Milliseconds latency_max) {
    SourceSettings settings = settings_with({.revisit = {Seconds{60}, Seconds{600}, Seconds{3'000}},
                                             .overlap = Seconds{10},
                                             .poll_interval = Seconds{15},
                                             .retention = Seconds{3'600},
                                             .window_max = Seconds{120}});
    settings.requests.page_size = 10;
    bench.network.latency_max = latency_max;
    bench.start(Mode::follow, {settings});
    bench.run_for(std::chrono::hours{2});
    bench.kill();
}

/// With the newest first, every call that ends while the pages of a sweep are read moves all the
/// others on by one.
TEST(Engine, CallsThatArriveAllTheTimeKeepNoSweepFromItsEnd) {
    TinyApi api = two_busy_hours();
    api.newest_first = true;
    int sweeps_begun = 0;
    BenchTop bench{moment_from_unix(begin), counting_sweeps(api, sweeps_begun), 8};
    sweep_for_two_hours(bench, Milliseconds{200});
    EXPECT_TRUE(bench.witness.gaps.empty());
    EXPECT_LE(sweeps_begun, sweeps_in(bench.witness) + 2);
    const Moment cursor = bench.ledger().cursor();
    EXPECT_GT(cursor, moment_from_unix(begin + 7'200 - 3'500));
    const auto archived = bench.archived();
    int missing = 0;
    for (const TinyApi::Call& call : api.calls) {
        if (call.start < begin - 3'580 || moment_from_unix(call.start) >= cursor) continue;
        missing += archived.contains(call.id) ? 0 : 1;
    }
    EXPECT_EQ(missing, 0);
}

/// With the oldest first, every call that leaves the retention while the pages of a sweep are read
/// moves all the others to the page before, and without totals nothing shows it.
TEST(Engine, CallsThatLeaveAllTheTimeMakeNoSweepBeReadTwiceButTheFirst) {
    TinyApi api = two_busy_hours();
    api.totals = false;
    int sweeps_begun = 0;
    BenchTop bench{moment_from_unix(begin), counting_sweeps(api, sweeps_begun), 8};
    sweep_for_two_hours(bench, Milliseconds{300});
    EXPECT_GT(sweeps_in(bench.witness), 20);
    EXPECT_LE(sweeps_begun, sweeps_in(bench.witness) + 2);
    // What left before the first sweep came to it, and before that one's margin, is lost.
    for (const Segment& gap : bench.witness.gaps)
        EXPECT_LT(unix_seconds(gap.span.to), begin - 3'600 + 240);
}

TEST(Engine, APassWithoutTheApiGivesUpAfterAboutAMinuteAndSaysSo) {
    TinyApi api;
    BenchTop bench{moment_from_unix(begin), service_of(api), 8};
    bench.network.faults.outage = true;
    bench.start(Mode::pass, {settings_with(default_policy())});
    bench.run_pass();
    ASSERT_TRUE(bench.engine->stop().ok());
    EXPECT_TRUE(bench.engine->gave_up());
    const auto took = bench.clock.true_now() - Instant{moment_from_unix(begin)};
    EXPECT_GE(took, std::chrono::seconds{55});
    EXPECT_LE(took, std::chrono::seconds{120});
}

TEST(Engine, IsAtRestBetweenPollsAndOnlyThen) {
    TinyApi api = api_with(2'000, begin - 604'000, begin + 3'600, 600);
    BenchTop bench{moment_from_unix(begin), service_of(api), 11};
    bench.start(Mode::follow, {settings_with(default_policy())});
    EXPECT_FALSE(bench.engine->at_rest());
    bench.run_for(Milliseconds{300});
    EXPECT_FALSE(bench.engine->at_rest());
    bench.run_for(Seconds{30});
    EXPECT_TRUE(bench.engine->at_rest());
    const auto cycles = bench.witness.cycles;
    int rests = 0;
    for (bool rested = true; bench.witness.cycles < cycles + 3;) {
        // Short: a longer step sees a poll from its beginning to its end.
        bench.engine->step(Milliseconds{1});
        rests += bench.engine->at_rest() && !rested ? 1 : 0;
        rested = bench.engine->at_rest();
    }
    EXPECT_EQ(rests, 3);
}

TEST(Engine, AProcessKilledAgainAndAgainGetsOn) {
    TinyApi api = api_with(20'000, begin - 604'000, begin - 100, 600);
    BenchTop bench{moment_from_unix(begin), service_of(api), 9};
    std::size_t before = 0;
    for (int i = 0; i < 20; ++i) {
        bench.start(Mode::pass, {settings_with(default_policy())});
        bench.run_for(Milliseconds{400});
        bench.kill();
        const std::size_t now = bench.archived().size();
        EXPECT_GT(now, before);
        before = now;
        if (bench.ledger().head() > moment_from_unix(begin - 700)) break;
    }
}

TEST(Engine, AKillInTheMiddleOfALongWindowCostsAPartOfItOnly) {
    const TinyApi api = api_with(20'000, begin - 90'000, begin - 88'000, 600);
    BenchTop bench{moment_from_unix(begin), service_of(api), 9};
    SourceSettings settings = settings_with(default_policy());
    settings.requests.max_window_records = 50'000;
    settings.requests.rate_limit = 20;
    bench.start(Mode::pass, {settings});
    // Two thirds of its 200 pages; before them come some windows without a call.
    bench.run_for(Seconds{9});
    bench.kill();
    EXPECT_GT(bench.archived().size(), 5'000U);
    EXPECT_LT(bench.archived().size(), 20'000U);
}

TEST(Engine, OneApplicationThatHangsDelaysNoOther) {
    TinyApi api = api_with(500, begin - 604'000, begin + 86'400, 600);
    BenchTop bench{moment_from_unix(begin),
                   [&](const HttpRequest& request, Instant at) -> VirtualNetwork::Outcome {
                       if (request.url.reveal().find("hangs") != std::string::npos) {
                           return HttpFailure{HttpFailureKind::timeout, "timed out"};
                       }
                       return api.answer(request, unix_seconds(moment_of(at)));
                   },
                   10};
    SourceSettings hanging = settings_with(default_policy());
    hanging.identity.name = "hangs";
    hanging.identity.sdk_app_id = hanging.endpoint.sdk_app_id = 1400000001;
    hanging.endpoint.base = "https://hangs.invalid";
    bench.start(Mode::follow, {hanging, settings_with(default_policy())});
    bench.run_for(std::chrono::hours{2});
    const auto reports = bench.engine->report();
    EXPECT_TRUE(reports[0].failing);
    EXPECT_FALSE(reports[1].failing);
    EXPECT_LE(moment_of(bench.clock.true_now()) - *reports[1].newest_poll, Seconds{65});
}

}  // namespace
}  // namespace callarchive::testing
