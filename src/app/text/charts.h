#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace callarchive {

/// A bar of block characters, `columns` wide where the value is the largest; what is not 0 is
/// visible.
struct BarLength {
    std::int64_t value, largest;
};
[[nodiscard]] std::string bar(const BarLength& length, std::size_t columns);

/// One line of eight heights, `columns` wide at most: neighbours are added where there are more
/// values than columns.
[[nodiscard]] std::string sparkline(const std::vector<std::int64_t>& values, std::size_t columns);

}  // namespace callarchive
