#include "api/json_text.h"

#include "base/byte_order.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>
#include <system_error>

namespace callarchive {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

/// RFC 8259, 6.
bool is_json_number(std::string_view text) {
    std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
    const std::size_t whole = at;
    at = skip_digits(text, at);
    if (at == whole || (text[whole] == '0' && at - whole > 1)) return false;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = ++at;
        at = skip_digits(text, at);
        if (at == fraction) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        const std::size_t exponent = at;
        at = skip_digits(text, at);
        if (at == exponent) return false;
    }
    return at == text.size();
}

std::optional<unsigned> hex4(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return std::nullopt;
    unsigned value = 0;
    const char* const end = text.data() + at + 4;
    const auto [stop, error] = std::from_chars(text.data() + at, end, value, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

void append_utf8(std::string& out, unsigned code) {
    const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
    if (code < 0x80U) {
        put(code);
    } else if (code < 0x800U) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000U) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

/// Reads the escape `\uXXXX` at `at`, with its second half where it is the first of a pair;
/// gives back how many characters that took, 0 where it is none.
std::size_t append_unicode_escape(std::string& out, std::string_view text, std::size_t at) {
    const auto first = hex4(text, at + 2);
    if (!first) return 0;
    if (*first < 0xD800U || *first > 0xDFFFU) {
        append_utf8(out, *first);
        return 6;
    }
    const bool pair_follows = at + 7 < text.size() && text[at + 6] == '\\' && text[at + 7] == 'u';
    const auto second = pair_follows ? hex4(text, at + 8) : std::nullopt;
    if (*first < 0xDC00U && second && *second >= 0xDC00U && *second <= 0xDFFFU) {
        append_utf8(out, 0x10000U + ((*first - 0xD800U) << 10U) + (*second - 0xDC00U));
        return 12;
    }
    append_utf8(out, 0xFFFDU);
    return 6;
}

/// The character that `\c` stands for, or 0 (no short escape stands for NUL).
char short_escape(char c) {
    switch (c) {
        case '"':
        case '\\':
        case '/':
            return c;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return '\0';
    }
}

/// So many digits fit into 64 bits.
constexpr std::size_t digits_max = 18;

constexpr std::size_t word_bytes = sizeof(std::uint64_t);

/// The first eight characters, of which the first one is the lowest byte on every machine.
std::uint64_t first_word_of(std::string_view text) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), word_bytes);
    return lowest_byte_first(word);
}

bool are_digits(std::uint64_t word) {
    // All begin with 3 in hexadecimal, and none but the digits still do with 6 added.
    constexpr std::uint64_t high_halves = 0xF0F0F0F0F0F0F0F0U;
    const std::uint64_t six_more = word + 0x0606060606060606U;
    return ((word & high_halves) | ((six_more & high_halves) >> 4U)) == 0x3333333333333333U;
}

/// The number that eight digits make, by adding neighbours: 8 digits become 4 numbers below 100,
/// those 2 below 10,000, those 1.
std::uint64_t number_of_digits(std::uint64_t word) {
    word = (word & 0x0F0F0F0F0F0F0F0FU) * (1U + (10U << 8U)) >> 8U;
    word = (word & 0x00FF00FF00FF00FFU) * (1U + (100U << 16U)) >> 16U;
    return (word & 0x0000FFFF0000FFFFU) * (1U + (std::uint64_t{10'000} << 32U)) >> 32U;
}

/// The number that nothing but digits make, as nearly all do.
std::optional<std::int64_t> parse_digits(std::string_view digits) {
    if (digits.empty() || digits.size() > digits_max) return std::nullopt;
    std::uint64_t value = 0;
    // A time has ten: eight of them are one step.
    if (digits.size() >= word_bytes) {
        const std::uint64_t word = first_word_of(digits);
        if (!are_digits(word)) return std::nullopt;
        value = number_of_digits(word);
        digits.remove_prefix(word_bytes);
    }
    for (const char c : digits) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return static_cast<std::int64_t>(value);
}

/// The number written in any other way, with a sign, a fraction, an exponent, or more digits. Not
/// inlined: what it takes to begin it, nearly all numbers are read without.
[[gnu::noinline]] std::optional<std::int64_t> parse_unusual(std::string_view number) {
    std::int64_t value = 0;
    const char* const end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, value);
    if (error == std::errc{} && stop == end) return value;
    if (error != std::errc{} || !is_json_number(number)) return std::nullopt;
    double real = 0;
    const auto parsed = std::from_chars(number.data(), end, real);
    // Above 2^53 a double no longer tells neighbouring integers apart.
    if (parsed.ec != std::errc{} || std::trunc(real) != real ||
        std::fabs(real) > 9007199254740992.0)
        return std::nullopt;
    return static_cast<std::int64_t>(real);
}

}  // namespace

TokenKind kind_of(std::string_view token) {
    if (token.empty()) return TokenKind::odd;
    switch (token.front()) {
        case '{':
            return TokenKind::object;
        case '[':
            return TokenKind::array;
        case '"':
            return is_string(token) ? TokenKind::string : TokenKind::odd;
        case 'n':
            return token == "null" ? TokenKind::null : TokenKind::odd;
        case 't':
            return token == "true" ? TokenKind::boolean : TokenKind::odd;
        case 'f':
            return token == "false" ? TokenKind::boolean : TokenKind::odd;
        default:
            return is_json_number(token) ? TokenKind::number : TokenKind::odd;
    }
}

std::string_view trimmed(std::string_view token) {
    // By hand: find_first_not_of() calls memchr() for each character, and this runs for each token.
    const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    while (!token.empty() && is_space(token.front()))
        token.remove_prefix(1);
    while (!token.empty() && is_space(token.back()))
        token.remove_suffix(1);
    return token;
}

std::string unescaped(std::string_view inside_quotes) {
    std::size_t at = inside_quotes.find('\\');
    if (at == std::string_view::npos) return std::string{inside_quotes};
    std::string out;
    out.reserve(inside_quotes.size());
    std::size_t plain = 0;
    while (at != std::string_view::npos && at + 1 < inside_quotes.size()) {
        out += inside_quotes.substr(plain, at - plain);
        std::size_t taken = 2;
        if (inside_quotes[at + 1] == 'u') {
            taken = append_unicode_escape(out, inside_quotes, at);
        } else if (const char c = short_escape(inside_quotes[at + 1]); c != '\0') {
            out += c;
        } else {
            taken = 0;
        }
        if (taken == 0) {
            out += inside_quotes.substr(at, 2);
            taken = 2;
        }
        plain = at + taken;
        at = inside_quotes.find('\\', plain);
    }
    return out += inside_quotes.substr(plain);
}

std::string text_of(std::string_view token) {
    return is_string(token) ? unescaped(token.substr(1, token.size() - 2)) : std::string{token};
}

std::string_view text_of(std::string_view token, std::string& room) {
    const std::string_view written = written_in(token);
    const bool plain = !is_string(token) || written.find('\\') == std::string_view::npos;
    return plain ? written : std::string_view{room = unescaped(written)};
}

std::optional<std::int64_t> whole_number_of(std::string_view token) {
    const std::string_view number = written_in(token);
    if (const auto value = parse_digits(number)) return value;
    return parse_unusual(number);
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20U) {
                    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

void append_json_scalar(std::string& out, std::string_view token) {
    switch (kind_of(token)) {
        case TokenKind::null:
        case TokenKind::boolean:
        case TokenKind::number:
            out += token;
            return;
        case TokenKind::string:
        case TokenKind::object:
        case TokenKind::array:
        case TokenKind::odd:
            append_json_string(out, text_of(token));
            return;
    }
}

}  // namespace callarchive
