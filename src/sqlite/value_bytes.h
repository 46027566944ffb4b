#pragma once

#include "base/byte_order.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace callarchive::sqlite {

/// Values one after the other as bytes: of each its type, for texts their length, and its value, so
/// that different values never give the same bytes. The same on every machine.
class ValueBytes {
  public:
    void clear() { size_ = 0; }
    /// Gives the memory back too.
    void forget() {
        std::string{}.swap(bytes_);
        clear();
    }
    /// Integers, texts, std::nullopt, and optionals of them.
    template <typename... Values>
    void add(const Values&... values) {
        char* at = room((... + most_of(values)));
        ((at = put(at, values)), ...);
        size_ = static_cast<std::size_t>(at - bytes_.data());
    }
    /// Bytes that SQLite calls `type`, which is not that of a text.
    void add_as(int type, std::string_view bytes);

    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

  private:
    // As SQLite calls them.
    static constexpr int type_of_integer = 1, type_of_text = 3, type_of_null = 5;
    static constexpr std::size_t number_most = 1 + sizeof(std::int64_t);

    // Room is made sure of once for all values that are added together, and for the most that each
    // can take: at the end of each it would take longer than to write it.
    [[nodiscard]] char* room(std::size_t bytes) {
        if (bytes_.size() - size_ < bytes) bytes_.resize(size_ + bytes);
        return bytes_.data() + size_;
    }
    static std::size_t most_of(std::int64_t) { return number_most; }
    static std::size_t most_of(std::string_view text) { return number_most + text.size(); }
    static std::size_t most_of(std::nullopt_t) { return 1; }
    template <typename Value>
    static std::size_t most_of(const std::optional<Value>& value) {
        if constexpr (std::is_integral_v<Value>) return number_most;
        return value ? most_of(*value) : 1;
    }

    static char* put(char* at, int type, std::int64_t value) {
        *at++ = static_cast<char>(type);
        // In one order on every machine: what is made of them is stored.
        const std::uint64_t little = lowest_byte_first(static_cast<std::uint64_t>(value));
        std::memcpy(at, &little, sizeof little);
        return at + sizeof little;
    }
    static char* put(char* at, int type, std::string_view bytes) {
        at = put(at, type, static_cast<std::int64_t>(bytes.size()));
        if (bytes.empty()) return at;  // and then they may be nowhere
        std::memcpy(at, bytes.data(), bytes.size());
        return at + bytes.size();
    }
    static char* put(char* at, std::int64_t value) { return put(at, type_of_integer, value); }
    static char* put(char* at, std::string_view text) { return put(at, type_of_text, text); }
    static char* put(char* at, std::nullopt_t) {
        *at++ = static_cast<char>(type_of_null);
        return at;
    }
    template <typename Value>
    static char* put(char* at, const std::optional<Value>& value) {
        return value ? put(at, *value) : put(at, std::nullopt);
    }

    std::string bytes_;     ///< gets no smaller until forget()
    std::size_t size_ = 0;  ///< of them that are in use
};

}  // namespace callarchive::sqlite
