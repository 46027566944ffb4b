#include "store/call_id.h"

#include "base/byte_order.h"
#include "sqlite/print_function.h"

#include <cstring>
#include <string>

namespace callarchive {
namespace {

constexpr std::array<std::size_t, 4> dashes{8, 13, 18, 23};

/// Eight characters in one integer, the first in the highest byte, so that eight digits are read or
/// written at once and the same on every machine.
using Eight = std::uint64_t;

constexpr Eight each(std::uint8_t byte) {
    return byte * 0x0101'0101'0101'0101U;
}

Eight eight_at(const char* text) {
    Eight eight = 0;
    std::memcpy(&eight, text, sizeof eight);
    return highest_byte_first(eight);
}

/// Four characters from each of two places.
Eight eight_at(const char* first, const char* second) {
    Eight eight = 0;
    std::memcpy(&eight, first, 4);
    std::memcpy(reinterpret_cast<char*>(&eight) + 4, second, 4);
    return highest_byte_first(eight);
}

constexpr Eight high_bits = each(0x80);

/// The high bit of each byte that is at least `least`, where none has its high bit set: what is
/// added to a byte then carries into none beside it.
constexpr Eight at_least(Eight eight, char least) {
    return eight + each(static_cast<std::uint8_t>(0x80 - least));
}

struct Digits {
    std::uint64_t value;  ///< 32 bits, if they are digits
    Eight valid;          ///< the high bit of each that is one
};

inline Digits digits_of(Eight eight) {
    const Eight ascii = ~eight & high_bits;
    const Eight low = eight & ~high_bits;
    const Eight letter = at_least(low, 'a');
    const Eight valid =
        (at_least(low, '0') & ~at_least(low, '9' + 1)) | (letter & ~at_least(low, 'f' + 1));
    // The low four bits of '0' are 0, those of 'a' are 1. Then they move together, two by two.
    Eight value = (eight & each(0xf)) + 9 * (letter >> 7U & each(1));
    value = (value | value >> 4U) & 0x00ff'00ff'00ff'00ffU;
    value = (value | value >> 8U) & 0x0000'ffff'0000'ffffU;
    value = (value | value >> 16U) & 0xffff'ffffU;
    return {.value = value, .valid = valid & ascii};
}

/// The other way round.
Eight digits_of_value(std::uint64_t value) {
    Eight eight = (value | value << 16U) & 0x0000'ffff'0000'ffffU;
    eight = (eight | eight << 8U) & 0x00ff'00ff'00ff'00ffU;
    eight = (eight | eight << 4U) & each(0xf);
    const Eight letter = (eight + each(6)) >> 4U & each(1);
    return highest_byte_first(eight + each('0') + letter * ('a' - '0' - 10));
}

}  // namespace

std::optional<CallIdNumbers> numbers_of_call_id(std::string_view call_id) {
    if (call_id.size() != CallIdText::size) return std::nullopt;
    for (const std::size_t dash : dashes)
        if (call_id[dash] != '-') return std::nullopt;
    const char* const text = call_id.data();
    const Digits a = digits_of(eight_at(text));
    const Digits b = digits_of(eight_at(text + 9, text + 14));
    const Digits c = digits_of(eight_at(text + 19, text + 24));
    const Digits d = digits_of(eight_at(text + 28));
    if ((a.valid & b.valid & c.valid & d.valid) != high_bits) return std::nullopt;
    return CallIdNumbers{.high = static_cast<std::int64_t>(a.value << 32U | b.value),
                         .low = static_cast<std::int64_t>(c.value << 32U | d.value)};
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
    const auto high = static_cast<std::uint64_t>(numbers.high);
    const auto low = static_cast<std::uint64_t>(numbers.low);
    const std::array<Eight, 4> digits{
        digits_of_value(high >> 32U), digits_of_value(high & 0xffff'ffffU),
        digits_of_value(low >> 32U), digits_of_value(low & 0xffff'ffffU)};
    const auto* const from = reinterpret_cast<const char*>(digits.data());
    char* const text = text_.data();
    std::memcpy(text, from, 8);
    std::memcpy(text + 9, from + 8, 4);
    std::memcpy(text + 14, from + 12, 4);
    std::memcpy(text + 19, from + 16, 4);
    std::memcpy(text + 24, from + 20, 4);
    std::memcpy(text + 28, from + 24, 8);
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
