#include "engine/rate_limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

HttpCompletion answer_to(HttpTicket ticket, Monotonic sent, Monotonic received,
                         std::optional<Monotonic> departed = std::nullopt) {
    HttpAnswer answer;
    answer.status = 200;
    return {.ticket = ticket,
            .outcome = std::move(answer),
            .sent = sent,
            .received = received,
            .departed = departed};
}

/// What may become of a request before it arrives.
struct Way {
    Milliseconds there{};       ///< at least half of it, for each
    double new_connection = 0;  ///< share for which a connection is made first
    double lost_packet = 0;     ///< share of which a part is sent again
};

/// Sends as eagerly as the limit allows (or now and then waits a little) and gives back when each
/// request arrived.
std::vector<Monotonic> arrivals(RateLimit& limit, std::mt19937& random, const Way& way,
                                std::size_t requests) {
    const auto between = [&](std::int64_t least, std::int64_t most) {
        return Milliseconds{std::uniform_int_distribution<std::int64_t>{least, most}(random)};
    };
    const auto drawn = [&](double share) {
        return std::uniform_real_distribution<>{0, 1}(random) < share;
    };
    std::vector<Monotonic> arrived;
    std::multimap<Monotonic, HttpCompletion> answers;
    Monotonic now{Milliseconds{5}};
    for (HttpTicket ticket = 1; arrived.size() < requests;) {
        if (const Monotonic allowed = limit.next(now); allowed > now) {
            now = answers.empty() ? allowed
                                  : std::max(now, std::min(allowed, answers.begin()->first));
        } else if (drawn(0.03)) {
            now += between(0, 300);
        }
        while (!answers.empty() && answers.begin()->first <= now) {
            limit.completed(answers.begin()->second);
            answers.erase(answers.begin());
        }
        if (limit.next(now) > now) continue;
        limit.take(ticket, now);
        const Monotonic departed =
            now + (drawn(way.new_connection) ? between(0, 500) : Milliseconds{0});
        const Monotonic arrives = departed + between(way.there.count() / 2, way.there.count()) +
                                  (drawn(way.lost_packet) ? between(200, 600) : Milliseconds{0});
        arrived.push_back(arrives);
        const Monotonic received = arrives + way.there + between(0, 10);
        answers.emplace(received, answer_to(ticket, now, received, departed));
        ++ticket;
    }
    return arrived;
}

std::size_t most_in_a_second(std::vector<Monotonic> times) {
    std::sort(times.begin(), times.end());
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        while (times[first] + Milliseconds{1'000} <= times[i])
            ++first;
        most = std::max(most, i + 1 - first);
    }
    return most;
}

TEST(RateLimit, NeverLetsMoreThanTheLimitArriveInAnySlidingSecond) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        std::mt19937 random{seed};
        const int per_second = std::uniform_int_distribution<int>{1, 200}(random);
        const Way way{.there = Milliseconds{seed % 3 == 0 ? 0 : 20},
                      .new_connection = seed % 2 == 0 ? 0.0 : 0.05,
                      .lost_packet = seed % 5 == 0 ? 0.05 : 0.0};
        RateLimit limit{per_second};
        const auto arrived = arrivals(limit, random, way, 1'500);
        ASSERT_LE(most_in_a_second(arrived), static_cast<std::size_t>(per_second)) << seed;
    }
}

TEST(RateLimit, UsesAtLeastNinetyEightPercentOfWhatItMay) {
    for (const int latency : {0, 50, 300}) {
        RateLimit limit{200};
        std::mt19937 random{1};
        std::multimap<Monotonic, HttpCompletion> answers;
        Monotonic now{};
        HttpTicket sent = 0;
        while (now < Monotonic{Milliseconds{60'000}}) {
            const Monotonic answer = answers.empty() ? Monotonic::max() : answers.begin()->first;
            now = std::min(limit.next(now), std::max(now, answer));
            while (!answers.empty() && answers.begin()->first <= now) {
                limit.completed(answers.begin()->second);
                answers.erase(answers.begin());
            }
            if (limit.next(now) > now) continue;
            limit.take(++sent, now);
            // Answers come at very different times: that alone says nothing of the way there.
            const Monotonic received =
                now + Milliseconds{latency + std::uniform_int_distribution<int>{0, 150}(random)};
            answers.emplace(received, answer_to(sent, now, received));
        }
        EXPECT_GE(sent, HttpTicket{60 * 200 * 98 / 100}) << latency;
    }
}

TEST(RateLimit, ARequestThatHangsCountsUntilItCanNotArriveAnyMore) {
    const auto at = [](int milliseconds) { return Monotonic{Milliseconds{milliseconds}}; };
    RateLimit limit{2};
    limit.take(1, at(0));
    limit.take(2, at(0));
    EXPECT_GT(limit.next(at(0)), at(2'000));
    EXPECT_LT(limit.next(at(0)), at(6'000));
    // An answer says that it arrived, a request given up arrives now at the latest.
    limit.completed(answer_to(1, at(0), at(40)));
    EXPECT_LT(limit.next(at(40)), at(1'100));
    limit.given_up(2, at(500));
    limit.take(3, limit.next(at(500)));
    EXPECT_GT(limit.next(at(1'100)), at(1'500));
    EXPECT_LT(limit.next(at(1'100)), at(1'600));
    // Nothing happens for those that are not known, or not any more.
    limit.completed(answer_to(17, at(0), at(1'200)));
    limit.completed(answer_to(2, at(0), at(1'200)));
    EXPECT_LT(limit.next(at(1'200)), at(1'600));
}

TEST(RateLimit, AFailureSaysNothingOfWhenTheRequestArrived) {
    const auto at = [](int milliseconds) { return Monotonic{Milliseconds{milliseconds}}; };
    RateLimit limit{1};
    limit.take(1, at(0));
    limit.completed({.ticket = 1,
                     .outcome = HttpFailure{HttpFailureKind::timeout, "no answer"},
                     .sent = at(0),
                     .received = at(900)});
    EXPECT_GT(limit.next(at(900)), at(1'900));
}

}  // namespace
}  // namespace callarchive
