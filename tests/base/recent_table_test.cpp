#include "base/recent_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

std::vector<Fingerprint> fingerprints(std::size_t count) {
    std::mt19937_64 random{1};
    std::vector<Fingerprint> made(count);
    for (Fingerprint& each : made)
        each = {.high = random(), .low = random() | 1U};
    return made;
}

std::size_t found(const RecentTable& table, const std::vector<Fingerprint>& fingerprints) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < fingerprints.size(); ++i) {
        table.prefetch(fingerprints[i]);
        const auto number = table.find(fingerprints[i]);
        EXPECT_EQ(number.value_or(i), i);
        count += number ? 1U : 0U;
    }
    return count;
}

TEST(RecentTableTest, a_number_is_found_by_its_fingerprint_and_the_latest_counts) {
    RecentTable table{1'024};
    const Fingerprint one{.high = 1, .low = 1}, other{.high = 1, .low = 3};
    EXPECT_FALSE(table.find(one));
    table.prefetch(one);
    table.put(one, 7);
    EXPECT_EQ(table.find(one), 7U);
    EXPECT_FALSE(table.find(other));
    table.put(one, 8);
    EXPECT_EQ(table.find(one), 8U);
    for (const Fingerprint none : {Fingerprint{}, Fingerprint{.high = 1, .low = 0}}) {
        table.put(none, 9);
        EXPECT_FALSE(table.find(none));
    }
    const std::uint64_t most = (std::uint64_t{1} << RecentTable::number_bits) - 1;
    table.put(one, most);
    EXPECT_EQ(table.find(one), most);
    table.put(other, most + 1);
    EXPECT_FALSE(table.find(other)) << "none, rather than a part of it";
}

TEST(RecentTableTest, what_is_put_again_and_again_takes_one_entry) {
    RecentTable table{1'024};
    const auto prints = fingerprints(500);
    for (int again = 0; again < 20; ++again) {
        for (std::size_t i = 0; i < prints.size(); ++i)
            table.put(prints[i], i);
        EXPECT_EQ(found(table, prints), prints.size());
    }
}

TEST(RecentTableTest, as_it_grows_everything_stays_and_has_one_entry) {
    RecentTable table{1U << 16U};
    const auto prints = fingerprints(30'000);
    std::size_t bytes = 0, growths = 0, lost = 0;
    for (std::size_t i = 0; i < prints.size(); ++i) {
        table.put(prints[i], i);
        if (std::exchange(bytes, table.bytes()) == table.bytes()) continue;
        ++growths;
        for (std::size_t j = 0; j <= i; ++j) {
            if (!table.find(prints[j])) ++lost;
            table.put(prints[j], j);
        }
    }
    EXPECT_EQ(growths, 7U);
    EXPECT_LE(lost, prints.size() / 1'000);
    std::size_t entries = 0;
    table.remove_if([&](std::uint64_t) {
        ++entries;
        return false;
    });
    EXPECT_EQ(found(table, prints), entries);
    EXPECT_GE(entries, prints.size() / 1'000 * 999);
}

TEST(RecentTableTest, the_oldest_of_a_set_makes_room_for_another_even_after_the_table_grew) {
    // All of one set, and those that have the table grow all of others.
    const auto of_the_set = [](std::uint64_t i) { return Fingerprint{.high = 0, .low = i + 1}; };
    RecentTable table{1U << 11U};
    for (std::uint64_t i = 0; i < 8; ++i)
        table.put(of_the_set(i), i);
    table.put(of_the_set(1), 1);  // the newest again
    EXPECT_TRUE(table.find(of_the_set(0)));
    const std::size_t bytes = table.bytes();
    for (const Fingerprint& other : fingerprints(1'000)) {
        if (other.high % 128 != 0 && (other.high >> 32U) % 128 != 0) table.put(other, 0);
    }
    ASSERT_GT(table.bytes(), bytes);
    table.put(of_the_set(8), 8);
    for (std::uint64_t i = 0; i < 9; ++i)
        EXPECT_EQ(table.find(of_the_set(i)).has_value(), i != 0) << i;
    table.put(of_the_set(9), 9);
    EXPECT_TRUE(table.find(of_the_set(1)));
    EXPECT_FALSE(table.find(of_the_set(2)));
}

TEST(RecentTableTest, nothing_is_lost_while_a_fifth_of_it_is_free) {
    RecentTable table{1U << 16U};
    const auto prints = fingerprints((std::size_t{1} << 16U) / 5 * 4);
    for (std::size_t i = 0; i < prints.size(); ++i)
        table.put(prints[i], i);
    EXPECT_GE(found(table, prints), prints.size() / 1'000 * 999);
    EXPECT_EQ(table.bytes(), std::size_t{24} << 16U);
}

TEST(RecentTableTest, what_is_too_old_makes_room_and_nothing_else_does) {
    RecentTable table{1U << 14U};
    const std::size_t of_an_age = 1'500;
    const auto prints = fingerprints(50 * of_an_age);
    for (std::size_t age = 0; age < 50; ++age) {
        for (std::size_t i = age * of_an_age; i < (age + 1) * of_an_age; ++i)
            table.put(prints[i], i);
        std::size_t count = 0;
        const std::size_t ages_held = std::min(age + 1, RecentTable::ages);
        for (std::size_t i = (age + 1 - ages_held) * of_an_age; i < (age + 1) * of_an_age; ++i)
            count += table.find(prints[i]) ? 1U : 0U;
        EXPECT_GE(count, ages_held * of_an_age / 1'000 * 999) << age;
        EXPECT_LE(found(table, prints), RecentTable::ages * of_an_age);
        table.age();
    }
}

TEST(RecentTableTest, what_is_removed_is_gone_and_the_rest_stays) {
    RecentTable table{1U << 13U};
    const auto prints = fingerprints(3'000);
    for (std::size_t i = 0; i < prints.size(); ++i)
        table.put(prints[i], i);
    const std::size_t bytes = table.bytes();
    table.remove_if([](std::uint64_t number) { return number % 3 == 0; });
    for (std::size_t i = 0; i < prints.size(); ++i)
        EXPECT_EQ(table.find(prints[i]).has_value(), i % 3 != 0) << i;
    for (std::size_t i = 0; i < prints.size(); i += 3)
        table.put(prints[i], i);
    EXPECT_EQ(found(table, prints), prints.size());
    EXPECT_EQ(table.bytes(), bytes) << "of what is removed the room is taken again";
    table.clear();
    EXPECT_EQ(found(table, prints), 0U);
    EXPECT_EQ(table.bytes(), 0U);
}

TEST(RecentTableTest, of_more_than_it_can_hold_the_newest_are_held) {
    RecentTable table{1U << 12U};
    const auto prints = fingerprints(4U << 12U);
    for (std::size_t i = 0; i < prints.size(); ++i)
        table.put(prints[i], i);
    EXPECT_EQ(found(table, prints), 1U << 12U);
    std::size_t newest = 0;
    for (std::size_t i = prints.size() - (1U << 11U); i < prints.size(); ++i)
        newest += table.find(prints[i]) ? 1U : 0U;
    EXPECT_GE(newest, (1U << 11U) / 10 * 9);
}

}  // namespace
}  // namespace callarchive
