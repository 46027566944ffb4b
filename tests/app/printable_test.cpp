#include "app/text/printable.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <clocale>
#include <random>

namespace callarchive {
namespace {

struct PrintableTest : testing::Test {
    PrintableTest() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

TEST_F(PrintableTest, shows_what_a_terminal_would_obey) {
    EXPECT_EQ(printable("\x1b[2J\r\n\t\a"), "\\x1b[2J\\x0d\\x0a\\x09\\x07");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\x9b31m");  // CSI in one character
    EXPECT_EQ(printable("a\xe2\x80\xae"
                        "b"),
              "a\\u202eb");  // right-to-left override
    EXPECT_EQ(printable("\x7f\xff\xc0\xaf\xed\xa0\x80"), "\\x7f\\xff\\xc0\\xaf\\xed\\xa0\\x80");
    EXPECT_EQ(printable(std::string_view{"a\0b", 3}), "a\\x00b");
    EXPECT_EQ(printable("\xe5\xbc\xa0 \xf0\x9f\x98\x80 \xd7\x90 e\xcc\x81"),
              "\xe5\xbc\xa0 \xf0\x9f\x98\x80 \xd7\x90 e\xcc\x81");
}

TEST_F(PrintableTest, shows_what_shows_nothing) {
    EXPECT_EQ(printable("a\xe2\x80\x8b\xe2\x81\xa0\xc2\xad"
                        "b"),
              "a\\u200b\\u2060\\xadb");
    // Joiners make emoji and Persian words.
    EXPECT_EQ(printable("\xe2\x80\x8d\xe2\x80\x8c"), "\xe2\x80\x8d\xe2\x80\x8c");
}

TEST_F(PrintableTest, knows_what_is_written_from_right_to_left) {
    EXPECT_TRUE(has_right_to_left("abc \xd7\x90"));
    EXPECT_TRUE(has_right_to_left("\xd9\x85\xd8\xb1"));
    EXPECT_FALSE(has_right_to_left("abc \xe5\xbc\xa0 \xf0\x9f\x98\x80 e\xcc\x81 \xff"));
    EXPECT_EQ(columns_of(left_to_right_mark), 0U);
    EXPECT_EQ(printable(left_to_right_mark), "\\u200e");
}

TEST_F(PrintableTest, counts_columns_as_terminals_do) {
    EXPECT_EQ(columns_of("abc"), 3U);
    EXPECT_EQ(columns_of("\xe5\xbc\xa0\xe4\xbc\x9f"), 4U);
    EXPECT_EQ(columns_of("\xf0\x9f\x98\x80"), 2U);
    EXPECT_EQ(columns_of("e\xcc\x81"), 1U);
    EXPECT_EQ(columns_of("\xd7\x90\xd7\x91"), 2U);
}

TEST_F(PrintableTest, fits_exactly) {
    const char* const texts[] = {"", "abc", "\xe5\xbc\xa0\xe4\xbc\x9f\xe5\xbc\xa0",
                                 "\xf0\x9f\x98\x80"
                                 "a\xf0\x9f\x98\x80",
                                 "e\xcc\x81"
                                 "e\xcc\x81"};
    for (const std::string text : texts) {
        for (std::size_t columns = 1; columns < 12; ++columns)
            EXPECT_EQ(columns_of(fitted(text, columns)), columns) << text;
    }
    EXPECT_EQ(fitted("abcdef", 4), "abc…");
}

TEST_F(PrintableTest, json_means_the_same_and_moves_no_cursor) {
    const char* const pieces[] = {
        "a",        "\"",           "\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xef\xbb\xbf",
        "\xd8\x9c", "\xe5\xbc\xa0", "\\",   "\n"};
    std::mt19937 random{1};
    for (int i = 0; i < 2000; ++i) {
        std::string text;
        for (int n = 0; n < 5; ++n)
            text += pieces[random() % std::size(pieces)];
        const std::string json = printable_json(nlohmann::json{text}.dump());
        ASSERT_EQ(nlohmann::json::parse(json)[0], text);
        ASSERT_EQ(printable(json), json);
    }
}

}  // namespace
}  // namespace callarchive
