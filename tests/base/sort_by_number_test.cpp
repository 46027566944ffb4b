#include "base/sort_by_number.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace callarchive {
namespace {

struct Row {
    std::int64_t number;
    std::string place;

    friend bool operator==(const Row&, const Row&) = default;
};

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

/// As the standard library sorts them, which keeps the order of equal ones.
void expect_sorted(std::vector<Row> rows) {
    std::vector<Row> expected = rows;
    std::stable_sort(expected.begin(), expected.end(),
                     [](const Row& a, const Row& b) { return a.number < b.number; });
    sort_by_number(rows, [](const Row& row) { return row.number; });
    ASSERT_EQ(rows, expected);
}

TEST(SortByNumberTest, any_numbers_are_in_order_and_equal_ones_stay_as_they_were) {
    std::mt19937_64 random{1};
    const std::int64_t ranges[] = {1, 2, 511, 512, 513, 300'000, std::int64_t{1} << 40, most};
    const std::int64_t firsts[] = {0, -100, 1'000'000, least, most};
    for (const std::int64_t range : ranges) {
        for (const std::int64_t first : firsts) {
            std::vector<Row> rows;
            for (int i = 0; i < 1'000; ++i) {
                const auto above =
                    static_cast<std::int64_t>(random() % 3 == 0 ? i % 7 : random() >> 1U) % range;
                const std::int64_t number = first > most - range ? first - above : first + above;
                rows.push_back({.number = number, .place = "row " + std::to_string(i)});
            }
            expect_sorted(rows);
        }
    }
}

TEST(SortByNumberTest, nothing_one_and_the_ends_of_the_type) {
    expect_sorted({});
    expect_sorted({{.number = 7, .place = "one"}});
    expect_sorted({{.number = most, .place = "a"},
                   {.number = 0, .place = "b"},
                   {.number = least, .place = "c"},
                   {.number = -1, .place = "d"},
                   {.number = most, .place = "e"}});
}

}  // namespace
}  // namespace callarchive
