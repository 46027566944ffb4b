#include "sqlite/value_bytes.h"

#include <sqlite3.h>

#include <array>

namespace callarchive::sqlite {

void ValueBytes::append(std::int64_t value) {
    // In one order on every machine: what is made of them is stored.
    std::array<char, sizeof value> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
    bytes_.append(bytes.data(), bytes.size());
}

void ValueBytes::add(std::int64_t value) {
    bytes_ += static_cast<char>(SQLITE_INTEGER);
    append(value);
}

void ValueBytes::add(std::string_view text) {
    add_as(SQLITE_TEXT, text);
}

void ValueBytes::add(std::nullopt_t) {
    bytes_ += static_cast<char>(SQLITE_NULL);
}

void ValueBytes::add_as(int type, std::string_view bytes) {
    bytes_ += static_cast<char>(type);
    append(static_cast<std::int64_t>(bytes.size()));
    bytes_.append(bytes);
}

}  // namespace callarchive::sqlite
