#include "api/record_fields.h"

#include <gtest/gtest.h>

#include <set>

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

TEST(record_fields, every_field_has_one_place_in_a_record_of_its_own) {
    CallRecord record;
    std::set<const void*> places;
    for (const Field field : all_fields()) {
        std::set<const void*> found{text_member(record, field), moment_member(record, field),
                                    number_member(record, field)};
        found.erase(nullptr);
        // These are read in ways of their own.
        const bool apart =
            field == Field::call_id || field == Field::sdk_app_id || field == Field::callees;
        EXPECT_EQ(found.size(), apart ? 0U : 1U) << static_cast<int>(field);
        for (const void* place : found)
            EXPECT_TRUE(places.insert(place).second) << static_cast<int>(field);
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
