#include "store/call_id.h"

#include "sqlite/print_function.h"

#include <cstring>
#include <string>

namespace callarchive {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
// Where the two digits of each byte stand, and what stands between.
constexpr std::array<std::size_t, 16> places{0,  2,  4,  6,  9,  11, 14, 16,
                                             19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::size_t, 4> dashes{8, 13, 18, 23};

constexpr unsigned no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> values_of_digits() {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < digits.size(); ++i)
        values[static_cast<std::uint8_t>(digits[i])] = static_cast<std::uint8_t>(i);
    return values;
}
constexpr std::array<std::uint8_t, 256> digit_values = values_of_digits();

constexpr std::array<char, 512> pairs_of_digits() {
    std::array<char, 512> pairs{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        pairs[2 * byte] = digits[byte / 16];
        pairs[2 * byte + 1] = digits[byte % 16];
    }
    return pairs;
}
constexpr std::array<char, 512> digit_pairs = pairs_of_digits();

}  // namespace

std::optional<CallIdNumbers> numbers_of_call_id(std::string_view call_id) {
    if (call_id.size() != CallIdText::size) return std::nullopt;
    for (const std::size_t dash : dashes)
        if (call_id[dash] != '-') return std::nullopt;
    std::array<std::uint64_t, 2> halves{};
    unsigned seen = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const unsigned first = digit_values[static_cast<std::uint8_t>(call_id[places[i]])];
        const unsigned second = digit_values[static_cast<std::uint8_t>(call_id[places[i] + 1])];
        seen |= first | second;
        halves[i / 8] = halves[i / 8] << 8U | (first << 4U | second);
    }
    if (seen > 0xf) return std::nullopt;
    return CallIdNumbers{.high = static_cast<std::int64_t>(halves[0]),
                         .low = static_cast<std::int64_t>(halves[1])};
}

CallIdText::CallIdText() {
    for (const std::size_t dash : dashes)
        text_[dash] = '-';
}

std::string_view CallIdText::at(const sqlite::Rows& rows, int high) {
    const auto low = rows.optional_integer(high + 1);
    if (!low) return rows.text(high);
    return of({.high = rows.integer(high), .low = *low});
}

std::string_view CallIdText::of(const CallIdNumbers& numbers) {
    const std::array<std::uint64_t, 2> halves{static_cast<std::uint64_t>(numbers.high),
                                              static_cast<std::uint64_t>(numbers.low)};
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::uint64_t byte = halves[i / 8] >> (56 - i % 8 * 8) & 0xffU;
        std::memcpy(text_.data() + places[i], digit_pairs.data() + 2 * byte, 2);
    }
    return {text_.data(), text_.size()};
}

void add_call_id_print(sqlite::Database& database) {
    // The format and the integers of migrations/0003_smaller_rows.sql.
    sqlite::add_print_function(
        database, "%08x-%04x-%04x-%04x-%012x",
        [](const std::array<std::int64_t, 5>& parts, std::string& text) {
            CallIdText call_id;
            text = call_id.of({.high = parts[0] << 32U | parts[1] << 16U | parts[2],
                               .low = parts[3] << 48U | parts[4]});
        });
}

}  // namespace callarchive
