#include "api/record_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace callarchive {
namespace {

std::vector<Field> all_fields() {
    std::vector<Field> fields;
    for (std::size_t i = 0; i < fields_count; ++i)
        fields.push_back(static_cast<Field>(i));
    return fields;
}

TEST(record_fields, a_name_and_its_field_find_each_other) {
    for (const Dialect dialect : {Dialect::v1, Dialect::v4}) {
        std::set<Field> nameless;
        for (const Field field : all_fields()) {
            const std::string_view name = name_of(dialect, field);
            if (name.empty()) {
                nameless.insert(field);
            } else {
                EXPECT_EQ(field_of(dialect, name), field) << name;
            }
        }
        const std::set<Field> expected =
            dialect == Dialect::v1 ? std::set{Field::room_id_type}
                                   : std::set{Field::sdk_app_id, Field::total_user_number};
        EXPECT_EQ(nameless, expected) << name_of(dialect);
        EXPECT_EQ(field_of(dialect, ""), std::nullopt);
    }
    EXPECT_EQ(field_of(Dialect::v1, "CallId"), std::nullopt);
    EXPECT_EQ(field_of(Dialect::v4, "callId"), std::nullopt);
}

/// As it stands in an answer, with more behind it.
std::string key_with(std::string_view name) {
    return std::string{name} + R"(":"a value that is long enough")";
}

TEST(record_fields, fields_in_the_order_of_the_samples_are_expected_one_after_the_other) {
    FieldSequence fields{Dialect::v4};
    for (int record = 0; record < 3; ++record) {
        for (const char* name :
             {"CallId", "Caller_Account", "MediaType", "CallType", "StartTime", "EndTime",
              "AcceptTime", "CallResult", "CalleeList_Account", "RoomId", "RoomIdType"})
            EXPECT_EQ(fields.expected(key_with(name).c_str()), field_of(Dialect::v4, name)) << name;
    }
}

TEST(record_fields, in_any_other_order_a_name_is_found_and_what_follows_it_expected) {
    std::mt19937 random{7};
    for (const Dialect dialect : {Dialect::v1, Dialect::v4}) {
        FieldSequence fields{dialect};
        std::vector<Field> order = all_fields();
        for (int record = 0; record < 200; ++record) {
            std::shuffle(order.begin(), order.end(), random);
            for (const Field field : order) {
                const std::string name{name_of(dialect, field)};
                if (name.empty()) continue;
                const auto expected = fields.expected(key_with(name).c_str());
                EXPECT_EQ(expected ? expected : fields.find(name), field);
            }
        }
    }
    FieldSequence fields{Dialect::v1};
    EXPECT_EQ(fields.find("startCallTs"), Field::start);
    EXPECT_EQ(fields.find("unknown"), std::nullopt);
    // Not what begins like it, or ends before it does, or is spelled otherwise.
    for (const char* other :
         {"acceptTsX", "acceptT", "accept\\u0054s", "AcceptTs", "", "acceptTs\\"})
        EXPECT_EQ(fields.expected(key_with(other).c_str()), std::nullopt) << other;
    EXPECT_EQ(fields.expected(key_with("acceptTs").c_str()), Field::accept);
}

TEST(record_fields, a_key_with_any_other_character_is_not_what_is_expected) {
    for (const Dialect dialect : {Dialect::v1, Dialect::v4}) {
        FieldSequence fields{dialect};
        // Each of them twice: after the last one the first is expected again.
        for (int number = 0; number < 30; ++number) {
            const auto is_next = [&](Field field) {
                const std::string_view name = name_of(dialect, field);
                return !name.empty() && FieldSequence{fields}.expected(key_with(name).c_str());
            };
            const std::vector<Field> all = all_fields();
            const auto next = std::find_if(all.begin(), all.end(), is_next);
            ASSERT_NE(next, all.end());
            const std::string key = key_with(name_of(dialect, *next));
            for (std::size_t place = 0; place <= name_of(dialect, *next).size(); ++place) {
                std::string other = key;
                other[place] = static_cast<char>(other[place] ^ 1);
                EXPECT_EQ(fields.expected(other.c_str()), std::nullopt) << other;
            }
            EXPECT_EQ(fields.expected(key.c_str()), *next) << key;
        }
    }
}

TEST(record_fields, a_v4_value_has_a_v1_spelling_in_its_own_field_only) {
    EXPECT_EQ(v1_spelling(Field::call_result, "NormalEnd"), "normal_end");
    EXPECT_EQ(v1_spelling(Field::call_type, "NormalEnd"), std::nullopt);
    EXPECT_EQ(v1_spelling(Field::call_result, "normal_end"), std::nullopt);
}

TEST(record_fields, a_dialect_is_known_by_its_name_only) {
    for (const Dialect dialect : {Dialect::v1, Dialect::v4})
        EXPECT_EQ(dialect_from(name_of(dialect)), dialect);
    for (const char* name : {"", "v", "v2", "v5", "V1", "v1 ", "v44"})
        EXPECT_EQ(dialect_from(name), std::nullopt) << name;
}

}  // namespace
}  // namespace callarchive
