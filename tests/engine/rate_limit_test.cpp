#include "engine/rate_limit.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace callarchive {
namespace {

TEST(RateLimit, NeverLetsMoreThanTheLimitIntoAnySlidingSecond) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random{seed};
        const int per_second = std::uniform_int_distribution<int>{1, 200}(random);
        RateLimit limit{per_second};
        std::deque<Monotonic> sent;
        Monotonic now{Milliseconds{5}};
        for (int i = 0; i < 2000; ++i) {
            const bool eager = std::uniform_int_distribution<int>{0, 4}(random) != 0;
            now = eager ? limit.next(now)
                        : now + Milliseconds{std::uniform_int_distribution<int>{0, 300}(random)};
            if (limit.next(now) > now) continue;
            limit.take(now);
            sent.push_back(now);
            while (sent.front() + Milliseconds{1000} < now)
                sent.pop_front();
            ASSERT_LE(sent.size(), static_cast<std::size_t>(per_second)) << seed;
        }
    }
}

TEST(RateLimit, UsesAtLeastNinetyFivePercentOfWhatItMay) {
    RateLimit limit{200};
    Monotonic now{};
    int sent = 0;
    while (now < Monotonic{Milliseconds{60'000}}) {
        now = limit.next(now);
        limit.take(now);
        ++sent;
    }
    EXPECT_GE(sent, 60 * 200 * 95 / 100);
}

}  // namespace
}  // namespace callarchive
