#include "store/hash.h"

#include "base/bloom_filter.h"

#include <gtest/gtest.h>

#include <string>

namespace callarchive {
namespace {

TEST(HashTest, a_fingerprint_is_of_a_text_an_application_and_a_seed) {
    const Fingerprint one = seeded_fingerprint(1, "alice", 7);
    EXPECT_EQ(seeded_fingerprint(1, "alice", 7), one);
    EXPECT_NE(seeded_fingerprint(2, "alice", 7), one);
    EXPECT_NE(seeded_fingerprint(1, "bob", 7), one);
    EXPECT_NE(seeded_fingerprint(1, "alice", 8), one);
    EXPECT_NE(seeded_fingerprint(0, "", 0).low, 0U);
}

TEST(HashTest, a_filter_seldom_takes_a_text_of_another_application_for_one_that_it_holds) {
    constexpr int texts = 5'000, applications = 20;
    BloomFilter filter;
    for (int i = 0; i < texts; ++i)
        filter.add(seeded_fingerprint(1, "user" + std::to_string(i), 7).high);
    for (int application = 2; application <= applications; ++application) {
        int taken = 0;
        for (int i = 0; i < texts; ++i) {
            const auto print = seeded_fingerprint(application, "user" + std::to_string(i), 7);
            taken += filter.may_hold(print.high) ? 1 : 0;
        }
        EXPECT_LT(taken, texts * 3 / 100) << application;
    }
}

}  // namespace
}  // namespace callarchive
