#include "sqlite/value_bytes.h"

#include <sqlite3.h>

#include <array>
#include <bit>
#include <cstring>

namespace callarchive::sqlite {

void ValueBytes::append(int type, std::int64_t value) {
    // In one order on every machine: what is made of them is stored.
    std::array<char, 1 + sizeof value> bytes;
    bytes[0] = static_cast<char>(type);
    const std::uint64_t little = std::endian::native == std::endian::little
                                     ? static_cast<std::uint64_t>(value)
                                     : __builtin_bswap64(static_cast<std::uint64_t>(value));
    std::memcpy(bytes.data() + 1, &little, sizeof little);
    bytes_.append(bytes.data(), bytes.size());
}

void ValueBytes::add(std::int64_t value) {
    append(SQLITE_INTEGER, value);
}

void ValueBytes::add(std::string_view text) {
    add_as(SQLITE_TEXT, text);
}

void ValueBytes::add(std::nullopt_t) {
    bytes_ += static_cast<char>(SQLITE_NULL);
}

void ValueBytes::add_as(int type, std::string_view bytes) {
    append(type, static_cast<std::int64_t>(bytes.size()));
    bytes_.append(bytes);
}

}  // namespace callarchive::sqlite
