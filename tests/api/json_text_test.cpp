#include "api/json_text.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace callarchive {
namespace {

TEST(json_text, tells_numbers_from_what_only_looks_like_one) {
    for (const char* number : {"0", "-0", "7", "-12", "0.5", "10.25", "1e2", "1E2", "1e+2", "1E-2",
                               "-1.5e007", "123456789012345678901234567890"}) {
        EXPECT_EQ(kind_of(number), TokenKind::number) << number;
    }
    for (const char* odd :
         {"",    "-",     "+1",  "01",    "-01",    "1.",       ".5",   "1.e2",
          "1e",  "1e+",   "1E-", "1x",    "1.5.2",  "1e2.5",    "0x10", "NaN",
          "nul", "nulll", "tru", "False", "falsee", "Infinity", "\"",   "\"open"}) {
        EXPECT_EQ(kind_of(odd), TokenKind::odd) << odd;
    }
    EXPECT_EQ(kind_of("null"), TokenKind::null);
    EXPECT_EQ(kind_of("true"), TokenKind::boolean);
    EXPECT_EQ(kind_of("false"), TokenKind::boolean);
    EXPECT_EQ(kind_of("\"\""), TokenKind::string);
    EXPECT_EQ(kind_of("{"), TokenKind::object);
    EXPECT_EQ(kind_of("["), TokenKind::array);
}

TEST(json_text, a_whole_number_may_be_written_in_many_ways) {
    const std::pair<const char*, std::int64_t> whole[] = {
        {"7", 7},
        {"\"7\"", 7},
        {"-7", -7},
        {"7.0", 7},
        {"7e2", 700},
        {"7E+2", 700},
        {"700e-2", 7},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"9007199254740992.0", 9007199254740992},
    };
    for (const auto& [token, value] : whole)
        EXPECT_EQ(whole_number_of(token), value) << token;
    // Not whole, too large to be told from its neighbours, or no number.
    for (const char* token :
         {"", "\"\"", "7.5", "7e-1", "9223372036854775808", "9007199254740994.0", "1e300", "1e400",
          "1e-400", "7.", "7e", "7e+", "7 ", "\"7", "\"", "null", "[7]"}) {
        EXPECT_EQ(whole_number_of(token), std::nullopt) << token;
    }
}

/// As the words of json_text.h have it: digit after digit where it is written with digits alone,
/// and by way of a double where it is not.
std::optional<std::int64_t> whole_number_by_digits(std::string_view token) {
    if (token.size() > 1 && token.front() == '"' && token.back() == '"')
        token = token.substr(1, token.size() - 2);
    const bool negative = token.starts_with('-');
    const std::string_view digits = token.substr(negative ? 1 : 0);
    if (digits.empty()) return std::nullopt;
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) {
        if (kind_of(token) != TokenKind::number) return std::nullopt;
        const double real = std::strtod(std::string{token}.c_str(), nullptr);
        // What is too small for a double is no number here, though strtod() says 0.
        const bool vanished =
            real == 0 && digits.find_first_of("123456789") < digits.find_first_of("eE");
        if (std::trunc(real) != real || std::fabs(real) > 9007199254740992.0 || vanished)
            return std::nullopt;
        return static_cast<std::int64_t>(real);
    }
    const std::uint64_t most = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    std::uint64_t value = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (most - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return static_cast<std::int64_t>(negative ? 0 - value : value);
}

TEST(json_text, digits_that_are_taken_together_make_the_same_number) {
    std::mt19937_64 random{11};
    const auto any = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
    const auto same = [](const std::string& token) {
        EXPECT_EQ(whole_number_of(token), whole_number_by_digits(token)) << token;
        const std::string quoted = '"' + token + '"';
        EXPECT_EQ(whole_number_of(quoted), whole_number_by_digits(quoted)) << quoted;
    };
    for (std::size_t size = 0; size <= 24; ++size) {
        for (const char digit : {'0', '1', '9'})
            same(std::string(size, digit));
        for (int times = 0; times < 2'000; ++times) {
            std::string digits;
            while (digits.size() < size)
                digits += static_cast<char>('0' + any(10));
            same(digits);
            same('-' + digits);
            same('+' + digits);
            if (size == 0) continue;
            // With something in it that a number may have, or not.
            std::string other = digits;
            other[any(size)] = "-+.eE/: \"\0"[any(10)];
            same(other);
            same(digits + "e" + std::to_string(any(20)));
            same(digits + ".0");
        }
    }
    // Each byte there is at each place of the longest that are read by digits alone.
    for (std::size_t size = 1; size <= 18; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string token = std::string{"918273645546372819"}.substr(0, size);
                token[place] = static_cast<char>(byte);
                same(token);
            }
        }
    }
    for (const char* edge : {"9223372036854775807", "9223372036854775808", "-9223372036854775808",
                             "-9223372036854775809", "18446744073709551615", "18446744073709551616",
                             "99999999", "100000000", "999999999999999999", "1000000000000000000",
                             "00000000", "0000000000000007", "-0", "000000000000000000000000007"})
        same(edge);
}

TEST(json_text, escapes_become_what_they_stand_for) {
    const std::pair<const char*, std::string> texts[] = {
        {R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
        {R"(\u0041\u00e9\u8a9e\uE000\uffff)", "Aé語\xEE\x80\x80\xEF\xBF\xBF"},
        {R"(\ud83d\ude00\uD83D\uDE00)", "😀😀"},
        {R"(\ud800\udc00\udbff\udfff)", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"},
        {R"(plain)", "plain"},
    };
    for (const auto& [written, meant] : texts)
        EXPECT_EQ(unescaped(written), meant) << written;
}

TEST(json_text, half_a_surrogate_pair_costs_no_other_character) {
    constexpr const char* lost = "\xEF\xBF\xBD";
    const std::pair<const char*, std::string> texts[] = {
        {R"(\ud83d)", lost},
        {R"(\ud83dabcdef)", std::string{lost} + "abcdef"},
        {R"(\ud83d\nabcd)", std::string{lost} + "\nabcd"},
        {R"(\ud83d\u0041)", std::string{lost} + "A"},
        {R"(\ud83d\uE000)", std::string{lost} + "\xEE\x80\x80"},
        {R"(\ud83d\ud83d\ude00)", std::string{lost} + "😀"},
        {R"(\ude00\ud83d)", std::string{lost} + lost},
        {R"(\ude00\ude00)", std::string{lost} + lost},
        {R"(\ud83d\ude0)", std::string{lost} + "\\ude0"},
        {R"(\ud83d\uzzzz)", std::string{lost} + "\\uzzzz"},
    };
    for (const auto& [written, meant] : texts)
        EXPECT_EQ(unescaped(written), meant) << written;
}

TEST(json_text, an_escape_that_is_none_stays_as_it_was_written) {
    for (const char* written : {R"(\q)", R"(a\x41b)", R"(\u)", R"(\u12)", R"(\u12zz)", R"(\uzzzz)",
                                R"(\u-123)", R"(\u 123)", R"(\U0041)", "a\\"}) {
        EXPECT_EQ(unescaped(written), written);
    }
    EXPECT_EQ(unescaped(R"(\q\n\u12\t)"), "\\q\n\\u12\t");
}

TEST(json_text, only_whole_quotes_are_taken_off) {
    EXPECT_EQ(text_of("\"a\\nb\""), "a\nb");
    EXPECT_EQ(text_of("\"\""), "");
    for (const char* token : {"\"open\\n", "close\\n\"", "\"", "", "7.50", "NaN"})
        EXPECT_EQ(text_of(token), token);
}

TEST(json_text, a_text_is_copied_where_it_has_escapes_only) {
    std::string room;
    for (const std::string_view token : {"\"a name\"", "\"\"", "7.50", "\"open\\n", "\""}) {
        const std::string_view text = text_of(token, room);
        EXPECT_EQ(text, text_of(token));
        EXPECT_EQ(text, written_in(token));
        EXPECT_GE(text.data(), token.data());
        EXPECT_LE(text.data() + text.size(), token.data() + token.size());
        EXPECT_EQ(room, "");
    }
    EXPECT_EQ(text_of("\"a\\nb\"", room), "a\nb");
    EXPECT_EQ(room, "a\nb");
    EXPECT_EQ(written_in("\"a\\nb\""), "a\\nb");
}

TEST(json_text, whatever_the_token_what_is_appended_is_json) {
    for (const char* token : {"null", "true", "false", "-1.5e3"}) {
        std::string out;
        append_json_scalar(out, token);
        EXPECT_EQ(out, token);
    }
    const std::pair<const char*, std::string> texts[] = {
        {"NaN", "NaN"},
        {"01", "01"},
        {"\"open", "\"open"},
        {"nul", "nul"},
        {"{", "{"},
        {"[", "["},
        {R"("a\u0001\"\\\n\r\t/")", "a\x01\"\\\n\r\t/"},
    };
    for (const auto& [token, meant] : texts) {
        std::string out;
        append_json_scalar(out, token);
        simdjson::dom::parser parser;
        std::string_view read;
        ASSERT_EQ(parser.parse(out).get(read), simdjson::SUCCESS) << out;
        EXPECT_EQ(read, meant);
    }
}

}  // namespace
}  // namespace callarchive
