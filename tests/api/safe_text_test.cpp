#include "api/safe_text.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

TEST(safe_text, knows_utf8) {
    for (const std::string good : {"a", "é", "語", "😀", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                   "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_EQ(utf8_length(good, 0), good.size()) << good;
    }
    // Stray, overlong, surrogate, above U+10FFFF, cut off.
    for (const std::string bad :
         {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
          "\xF4\x90\x80\x80", "\xF8\x88", "\xC3", "\xE8\xAA", "\xF0\x9F\x98"}) {
        EXPECT_EQ(utf8_length(bad, 0), 0U);
    }
}

TEST(safe_text, an_excerpt_shows_no_controls_and_no_secrets) {
    EXPECT_EQ(safe_excerpt("plain, 語"), "plain, 語");
    EXPECT_EQ(safe_excerpt("a\x1b[31m\n\x7f\xff\xc2\x9b"), "a\\x1b[31m\\n\\x7f\\xff\\u009b");
    EXPECT_EQ(safe_excerpt("\xc2\x9f\xc2\xa3\xc3\x9f"), "\\u009f£ß");
    EXPECT_EQ(safe_excerpt("sig " + std::string(48, 'a') + "!"), "sig ***!");
    EXPECT_EQ(safe_excerpt(std::string(47, 'a')), std::string(47, 'a'));
    // As an address writes it, it is one too.
    EXPECT_EQ(safe_excerpt("sig=" + std::string(20, 'a') + "%2B" + std::string(25, 'b') + "&x"),
              "***&x");
    EXPECT_LE(safe_excerpt(std::string(1000, '!'), 100).size(), 103U);
}

TEST(safe_text, repairs_what_json_forbids) {
    EXPECT_EQ(repaired_json("{\"a\\\"\\\\\": \"\xff\",\n \"b\":\"x\ty\"}"),
              "{\"a\\\"\\\\\": \"\xEF\xBF\xBD\",\n \"b\":\"x\\u0009y\"}");
    EXPECT_EQ(repaired_json("{\"a\": \"\xff\\"), "{\"a\": \"\xEF\xBF\xBD\\");
    const std::string good = "{\"k\\\\\":\t\"語\"}\r\n";
    EXPECT_EQ(repaired_json(good), good);
}

}  // namespace
}  // namespace callarchive
