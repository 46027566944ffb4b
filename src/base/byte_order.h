#pragma once

#include <bit>
#include <cstdint>

namespace callarchive {

/// The number whose bytes lie in memory, on any machine, as those of `number` do on one that puts
/// the lowest first; and so the other way round.
[[nodiscard]] constexpr std::uint64_t lowest_byte_first(std::uint64_t number) {
    return std::endian::native == std::endian::little ? number : __builtin_bswap64(number);
}

/// Likewise with the highest first.
[[nodiscard]] constexpr std::uint64_t highest_byte_first(std::uint64_t number) {
    return std::endian::native == std::endian::big ? number : __builtin_bswap64(number);
}

}  // namespace callarchive
