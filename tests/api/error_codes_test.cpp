#include "api/error_codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace callarchive {
namespace {

struct Expectation {
    Dialect dialect;
    ErrorKind kind;
    std::vector<std::int64_t> codes;
};

TEST(error_codes, the_dialect_decides) {
    const Expectation expectations[] = {
        {Dialect::v1, ErrorKind::throttled, {70005}},
        {Dialect::v1, ErrorKind::expired, {70003}},
        {Dialect::v1, ErrorKind::configuration, {70002, 70004, 50001}},
        {Dialect::v1, ErrorKind::refused, {70001, 70009}},
        {Dialect::v1, ErrorKind::temporary, {-1, 1, 70013, 60008, 101050, 99999999999}},
        {Dialect::v4, ErrorKind::temporary, {101001, 60008, 60013, 60014, 70011, 123456}},
        {Dialect::v4, ErrorKind::throttled, {60007, 60011, 60018, 60019}},
        {Dialect::v4, ErrorKind::expired, {70001}},
        {Dialect::v4,
         ErrorKind::configuration,
         {70003, 70009, 70013, 70014, 70016, 70020, 60004, 60005, 70050, 60010, 60020, 60006, 60016,
          60017, 60021}},
        {Dialect::v4, ErrorKind::refused, {60002, 60003, 60009, 60012, 60015}},
    };
    for (const Expectation& expected : expectations) {
        for (const auto code : expected.codes) {
            const CodeMeaning meaning = meaning_of(expected.dialect, code);
            EXPECT_EQ(meaning.kind, expected.kind) << name_of(expected.dialect) << ' ' << code;
            EXPECT_FALSE(meaning.meaning.empty());
            if (meaning.kind == ErrorKind::configuration) {
                EXPECT_FALSE(meaning.remedy.empty()) << code;
            }
        }
    }
}

TEST(error_codes, remedies_name_the_setting) {
    using testing::HasSubstr;
    EXPECT_THAT(meaning_of(Dialect::v1, 70002).remedy, HasSubstr("secret_key_file"));
    EXPECT_THAT(meaning_of(Dialect::v1, 70004).remedy, HasSubstr("identifier"));
    EXPECT_THAT(meaning_of(Dialect::v1, 50001).remedy, HasSubstr("Group Call package"));
    EXPECT_THAT(meaning_of(Dialect::v4, 60010).remedy, HasSubstr("identifier"));
}

}  // namespace
}  // namespace callarchive
