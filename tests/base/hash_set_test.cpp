#include "base/hash_set.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

namespace callarchive {
namespace {

TEST(HashSetTest, holds_what_was_inserted_and_nothing_else) {
    std::mt19937_64 random{1};
    HashSet set;
    std::set<std::uint64_t> model;
    EXPECT_FALSE(set.contains(7));
    for (int i = 0; i < 20'000; ++i) {
        // Few different ones, and such that want the same slots.
        const std::uint64_t hash = 2 + ((random() % 10'000) << (i % 2 == 0 ? 0U : 20U));
        set.insert(hash);
        model.insert(hash);
        const std::uint64_t other = 2 + random() % 20'000;
        ASSERT_EQ(set.contains(other), model.contains(other));
        ASSERT_EQ(set.size(), model.size());
    }
    for (const std::uint64_t hash : model)
        ASSERT_TRUE(set.contains(hash));
    set.clear();
    EXPECT_EQ(set.size(), 0U);
    for (const std::uint64_t hash : model)
        ASSERT_FALSE(set.contains(hash));
}

TEST(HashSetTest, a_hash_of_zero_is_one_too) {
    HashSet set;
    set.insert(5);
    EXPECT_FALSE(set.contains(0));
    set.insert(0);
    EXPECT_TRUE(set.contains(0));
    EXPECT_EQ(set.size(), 2U);
}

}  // namespace
}  // namespace callarchive
