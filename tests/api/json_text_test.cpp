#include "api/json_text.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <optional>
#include <string>

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
