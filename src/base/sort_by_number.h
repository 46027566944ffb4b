#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace callarchive {

/// Sorts by a number of each row and leaves rows of equal numbers in their order. Digit after
/// digit, from the lowest one (radix sort): nothing is compared, so that no branch depends on the
/// rows; comparing some 300,000 in random order spends most of its time on branches that the
/// processor foresees wrongly. Takes room for as many rows meanwhile, and a pass for each nine bits
/// of the numbers' range.
template <typename Row, typename NumberOf>
void sort_by_number(std::vector<Row>& rows, NumberOf number_of) {
    // Few enough places to write to for the processor to know where all of them are in memory.
    constexpr int digit_bits = 9;
    constexpr std::size_t digits = std::size_t{1} << digit_bits;

    if (rows.empty()) return;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    for (const Row& row : rows) {
        least = std::min(least, number_of(row));
        most = std::max(most, number_of(row));
    }
    // Differences of any two fit into 64 bits without a sign.
    const auto above_least = [&](std::int64_t number) {
        return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(least);
    };
    const int bits = static_cast<int>(std::bit_width(above_least(most)));
    std::vector<Row> room;
    if (bits != 0) room.resize(rows.size());
    for (int shift = 0; shift < bits; shift += digit_bits) {
        const auto digit_of = [&](const Row& row) {
            return static_cast<std::size_t>(above_least(number_of(row)) >> shift) % digits;
        };
        std::array<std::size_t, digits> next{};
        for (const Row& row : rows)
            ++next[digit_of(row)];
        std::size_t begin = 0;
        for (std::size_t& place : next)
            begin += std::exchange(place, begin);
        for (Row& row : rows)
            room[next[digit_of(row)]++] = std::move(row);
        rows.swap(room);
    }
}

}  // namespace callarchive
