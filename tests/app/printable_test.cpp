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

TEST_F(PrintableTest, shows_each_byte_that_is_no_utf8) {
    const std::string longest = "\xf4\x8f\xbf\xbf";
    EXPECT_TRUE(is_utf8("\xc2\xa0\xe0\xa0\x80\xf0\x90\x80\x80" + longest));
    EXPECT_EQ(printable(longest), longest);
    // Longer than need be, beyond U+10FFFF, cut off, not begun.
    const std::pair<const char*, const char*> texts[] = {
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
        {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},
        {"\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xe5\xbc", "\\xe5\\xbc"},
        {"\xe5z\xbc", "\\xe5z\\xbc"},
        {"\xbc", "\\xbc"}};
    for (const auto& [bytes, shown] : texts) {
        EXPECT_EQ(printable(bytes), shown);
        EXPECT_FALSE(is_utf8(bytes)) << shown;
    }
}

TEST_F(PrintableTest, what_is_no_utf8_takes_a_column_a_byte) {
    EXPECT_EQ(columns_of("a\xff\xe5"), 3U);
    EXPECT_EQ(fitted("a\xff\xfe\xfd", 3), "a\xff…");
    EXPECT_EQ(printable_json("\"a\xff\xe2\x80\xae\""), "\"a\xff\\u202e\"");
    // Nobody knows how wide what Unicode does not know yet will be.
    EXPECT_EQ(columns_of("\xcd\xb8"), 1U);
}

TEST_F(PrintableTest, shows_what_shows_nothing) {
    for (const auto& [bytes, shown] :
         std::initializer_list<std::pair<const char*, const char*>>{{"\xe1\xa0\x8e", "\\u180e"},
                                                                    {"\xe2\x81\xa4", "\\u2064"},
                                                                    {"\xe2\x81\xa6", "\\u2066"},
                                                                    {"\xe2\x81\xa9", "\\u2069"},
                                                                    {"\xe2\x81\xaa", "\\u206a"},
                                                                    {"\xe2\x81\xaf", "\\u206f"},
                                                                    {"\xef\xbf\xb9", "\\ufff9"},
                                                                    {"\xef\xbf\xbb", "\\ufffb"}}) {
        EXPECT_EQ(printable(bytes), shown);
    }
    // Their neighbours are seen.
    for (const char* text : {"\xe2\x81\xb0", "\xe2\x81\x9e", "\xef\xbf\xbc", "\xef\xbf\xae"})
        EXPECT_EQ(printable(text), text);
    EXPECT_EQ(printable("a\xe2\x80\x8b\xe2\x81\xa0\xc2\xad"
                        "b"),
              "a\\u200b\\u2060\\xadb");
    // Joiners make emoji and Persian words.
    EXPECT_EQ(printable("\xe2\x80\x8d\xe2\x80\x8c"), "\xe2\x80\x8d\xe2\x80\x8c");
}

TEST_F(PrintableTest, knows_what_is_written_from_right_to_left) {
    EXPECT_TRUE(has_right_to_left("abc \xd7\x90"));
    EXPECT_TRUE(has_right_to_left("\xd9\x85\xd8\xb1"));
    // Presentation forms, and scripts that are seldom used.
    for (const char* text :
         {"\xef\xac\x9d", "\xef\xb7\xbf", "\xef\xb9\xb0", "\xef\xbb\xbc", "\xf0\x90\xa0\x80",
          "\xf0\x90\xa4\x80", "\xf0\x9e\xa0\x80", "\xf0\x9e\xa4\xa2"})
        EXPECT_TRUE(has_right_to_left(text)) << text;
    for (const char* text : {"\xef\xac\x80", "\xef\xb8\xa0", "\xef\xbc\xa1", "\xf0\x90\x8c\xb0",
                             "\xf0\x91\x80\x80", "\xf0\x9f\x80\x80"})
        EXPECT_FALSE(has_right_to_left(text)) << text;
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
    EXPECT_EQ(fitted("abc", 0), "");
    EXPECT_EQ(fitted("", 0), "");
    // A heap of accents, the last of which is no wider than the rest.
    for (std::size_t accents : {9U, 10U, 11U, 100U}) {
        std::string heap = "e";
        for (std::size_t i = 0; i < accents; ++i)
            heap += "\xe2\x83\x90";
        const std::string cut = fitted(heap + "\xcc\x81", 2);
        EXPECT_EQ(columns_of(cut), 2U) << accents;
        EXPECT_LE(cut.size(), 38U) << accents;
    }
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
