#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace callarchive::sqlite {

/// Takes a number off the beginning of `bytes`: seven bits in each byte until one below 128, all
/// eight in the ninth (sqlite.org/fileformat2.html#varint). Nothing where they end before it does.
[[nodiscard]] inline std::optional<std::uint64_t> take_varint(
    std::span<const unsigned char>& bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 9 && i < bytes.size(); ++i) {
        const unsigned char byte = bytes[i];
        if (i < 8) {
            number = number << 7 | (byte & 0x7FU);
            if (byte >= 0x80) continue;
        } else {
            number = number << 8 | byte;
        }
        bytes = bytes.subspan(i + 1);
        return number;
    }
    return std::nullopt;
}

}  // namespace callarchive::sqlite
