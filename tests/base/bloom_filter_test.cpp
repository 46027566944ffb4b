#include "base/bloom_filter.h"

#include <gtest/gtest.h>

#include <random>

namespace callarchive {
namespace {

TEST(BloomFilterTest, holds_nothing_at_first) {
    const BloomFilter filter;
    EXPECT_FALSE(filter.may_hold(0));
    EXPECT_FALSE(filter.may_hold(~std::uint64_t{0}));
    filter.prefetch(0);
    EXPECT_EQ(filter.bytes(), 0U);
}

TEST(BloomFilterTest, never_denies_what_was_added_and_seldom_takes_another_for_it) {
    std::mt19937_64 added{1};
    BloomFilter filter;
    constexpr int many = 300'000;
    for (int i = 0; i < many; ++i)
        filter.add(added());
    std::mt19937_64 again{1};
    for (int i = 0; i < many; ++i) {
        const std::uint64_t hash = again();
        filter.prefetch(hash);
        ASSERT_TRUE(filter.may_hold(hash)) << i;
    }
    std::mt19937_64 others{2};
    int taken = 0;
    for (int i = 0; i < many; ++i)
        taken += filter.may_hold(others()) ? 1 : 0;
    EXPECT_LT(taken, many * 3 / 100);
    EXPECT_LT(filter.bytes(), 3U * many);
}

}  // namespace
}  // namespace callarchive
