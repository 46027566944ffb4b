// The bytes that seals are made of, one by one: archives hold what was made of them.

#include "sqlite/value_bytes.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace callarchive::sqlite {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

TEST(ValueBytesTest, each_value_is_its_type_and_itself) {
    ValueBytes bytes;
    EXPECT_EQ(bytes.view(), "");
    bytes.add(std::int64_t{0x0102030405060708});
    bytes.add(std::int64_t{-2}, "ab"sv, std::nullopt);
    bytes.add(std::optional<std::int64_t>{}, std::optional<std::int64_t>{3},
              std::optional<std::string_view>{}, std::optional{""sv}, std::optional{"c"s});
    bytes.add_as(4, "d");
    EXPECT_EQ(bytes.view(),
              "\1\x08\x07\x06\x05\x04\x03\x02\x01"s
              "\1\xfe\xff\xff\xff\xff\xff\xff\xff"s
              "\3\2\0\0\0\0\0\0\0ab\5"s
              "\5\1\3\0\0\0\0\0\0\0\5\3\0\0\0\0\0\0\0\0\3\1\0\0\0\0\0\0\0c"s
              "\4\1\0\0\0\0\0\0\0d"s);
}

TEST(ValueBytesTest, what_was_there_before_is_gone) {
    const std::string long_text(10'000, 'x');
    ValueBytes bytes;
    for (int again = 0; again < 3; ++again) {
        bytes.clear();
        bytes.add(std::string_view{long_text});
        bytes.add(std::int64_t{1});
        EXPECT_EQ(bytes.view(), "\3\x10\x27\0\0\0\0\0\0"s + long_text + "\1\1\0\0\0\0\0\0\0"s);
        bytes.clear();
        bytes.add(std::nullopt);
        EXPECT_EQ(bytes.view(), "\5");
        bytes.forget();
        EXPECT_EQ(bytes.view(), "");
    }
}

}  // namespace
}  // namespace callarchive::sqlite
