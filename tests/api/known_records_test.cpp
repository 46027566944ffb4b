#include "api/known_records.h"

#include "answers.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace callarchive {
namespace {

Fingerprint print_of(const KnownRecords& known, const std::string& raw) {
    return known.fingerprint_of(app_id, Dialect::v1, raw);
}

TEST(KnownRecordsTest, what_was_remembered_is_found_by_its_bytes_and_its_source) {
    KnownRecords known;
    EXPECT_FALSE(known.find(print_of(known, "a")));
    known.remember(print_of(known, "a"), "call");
    EXPECT_EQ(known.find(print_of(known, "a")), hash_of_call_id("call"));
    EXPECT_FALSE(known.find(print_of(known, "b")));
    EXPECT_FALSE(known.find(known.fingerprint_of(app_id, Dialect::v4, "a")));
    EXPECT_FALSE(known.find(known.fingerprint_of(app_id + 1, Dialect::v1, "a")));
}

TEST(KnownRecordsTest, a_call_that_changed_is_not_known_any_more) {
    KnownRecords known;
    known.remember(print_of(known, "v1"), "call");
    known.remember(known.fingerprint_of(app_id, Dialect::v4, "v4"), "call");
    known.remember(print_of(known, "other"), "other");
    known.changed("call");
    EXPECT_FALSE(known.find(print_of(known, "v1")));
    EXPECT_FALSE(known.find(known.fingerprint_of(app_id, Dialect::v4, "v4")));
    EXPECT_TRUE(known.find(print_of(known, "other")));
    // Its earlier version may come back, and must be seen.
    known.remember(print_of(known, "changed"), "call");
    EXPECT_FALSE(known.find(print_of(known, "v1")));
}

TEST(KnownRecordsTest, many_changes_leave_no_call_known_by_an_old_version_and_the_others_known) {
    KnownRecords known;
    for (int i = 0; i < 100; ++i)
        known.remember(print_of(known, "other" + std::to_string(i)), "other" + std::to_string(i));
    for (int i = 0; i < 10'000; ++i) {
        const std::string id = std::to_string(i);
        known.remember(print_of(known, id), id);
        known.changed(id);
        ASSERT_LE(known.exceptions(), 4'096U);
        for (int earlier = 0; earlier <= i; earlier += 997) {
            EXPECT_FALSE(known.find(print_of(known, std::to_string(earlier))));
        }
    }
    int found = 0;
    for (int i = 0; i < 100; ++i)
        found += known.find(print_of(known, "other" + std::to_string(i))) ? 1 : 0;
    // Which sets of the table are full is chance; forgetting one is right, only slower.
    EXPECT_GE(found, 95);
}

TEST(KnownRecordsTest, what_changed_takes_memory_for_an_age_and_is_known_anew_after_it) {
    KnownRecords known;
    known.remember(print_of(known, "other"), "other");
    known.remember(print_of(known, "old"), "call");
    known.changed("call");
    EXPECT_EQ(known.exceptions(), 1U);
    known.age();
    EXPECT_EQ(known.exceptions(), 0U);
    EXPECT_TRUE(known.find(print_of(known, "other")));
    EXPECT_FALSE(known.find(print_of(known, "old")));
    known.remember(print_of(known, "new"), "call");
    EXPECT_TRUE(known.find(print_of(known, "new")));
    EXPECT_FALSE(known.find(print_of(known, "old")));
}

TEST(KnownRecordsTest, it_forgets_the_oldest_and_everything_when_told) {
    KnownRecords known;
    const std::size_t many = KnownRecords::records_max * 2;
    for (std::size_t i = 0; i < many; ++i)
        known.remember(print_of(known, std::to_string(i)), std::to_string(i));
    std::size_t found = 0, found_new = 0;
    for (std::size_t i = 0; i < many; ++i) {
        const bool is = known.find(print_of(known, std::to_string(i))).has_value();
        found += is ? 1U : 0U;
        found_new += is && i >= many - many / 8 ? 1U : 0U;
    }
    EXPECT_LE(found, KnownRecords::records_max);
    EXPECT_GT(found_new, many / 8 * 9 / 10);
    known.forget();
    EXPECT_FALSE(known.find(print_of(known, std::to_string(many - 1))));
    known.remember(print_of(known, "again"), "again");
    EXPECT_TRUE(known.find(print_of(known, "again")));
}

TEST(KnownRecordsTest, its_memory_is_for_what_can_come_again_and_not_for_all_there_ever_was) {
    KnownRecords known;
    int number = 0;
    std::size_t bytes = 0;
    for (int week = 0; week < 50; ++week) {
        for (int day = 0; day < KnownRecords::ages_of_retention; ++day) {
            for (int i = 0; i < 300; ++i, ++number)
                known.remember(print_of(known, std::to_string(number)), std::to_string(number));
            known.age();
        }
        if (week == 0) bytes = known.bytes();
        // Those that come again and again take no more.
        for (int again = 0; again < 10; ++again) {
            for (int i = number - 2'100; i < number; ++i)
                known.remember(print_of(known, std::to_string(i)), std::to_string(i));
        }
        int found = 0;
        for (int i = number - 2'100; i < number; ++i)
            found += known.find(print_of(known, std::to_string(i))) ? 1 : 0;
        EXPECT_GT(found, 2'050) << week;
    }
    EXPECT_LE(known.bytes(), 2 * bytes);
}

TEST(KnownRecordsTest, known_records_of_an_answer_are_counted_and_not_read) {
    KnownRecords known;
    const std::string other = R"({"callId":"other","startCallTs":1688709003})";
    const std::string body = v1_answer(std::string{v1_record} + "," + other, "2");
    const auto first = read_answer(Dialect::v1, app_id, completion_of(body), &known);
    ASSERT_TRUE(first.ok());
    ASSERT_EQ(first->records.size(), 2U);
    EXPECT_TRUE(first->known.empty());
    known.remember(first->records[0].fingerprint, first->records[0].call_id);

    const auto second = read_answer(Dialect::v1, app_id, completion_of(body), &known);
    ASSERT_TRUE(second.ok());
    ASSERT_EQ(second->records.size(), 1U);
    EXPECT_EQ(second->records[0], first->records[1]);
    ASSERT_EQ(second->known.size(), 1U);
    EXPECT_EQ(second->known[0], hash_of_call_id(first->records[0].call_id));
    EXPECT_EQ(second->rows(), 2U);

    std::string changed = body;
    changed.replace(changed.find("video"), 5, "audio");
    const auto third = read_answer(Dialect::v1, app_id, completion_of(changed), &known);
    ASSERT_TRUE(third.ok());
    ASSERT_EQ(third->records.size(), 2U);
    EXPECT_EQ(third->records[0].media_type, "audio");
    EXPECT_TRUE(third->known.empty());
}

TEST(KnownRecordsTest, known_records_stand_anywhere_among_others) {
    KnownRecords known;
    const std::string known_row = R"({"callId":"known","callees":["a"],"x":{"y":[1]}})";
    known.remember(print_of(known, known_row), "known");
    const auto new_row = [](int number) {
        std::string row = R"({"callId":"new)";
        row += std::to_string(number);
        return row += R"("})";
    };
    const std::string rows = known_row + "," + new_row(1) + ",[{}]," + known_row + ", " +
                             known_row + R"(,"text",)" + new_row(2) + R"(,{"callId":7.5},7,)" +
                             known_row;
    const auto page = read_answer(Dialect::v1, app_id, completion_of(v1_answer(rows)), &known);
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->known, std::vector<std::size_t>(4, hash_of_call_id("known")));
    ASSERT_EQ(page->records.size(), 3U);
    EXPECT_EQ(page->records[0].call_id, "new1");
    EXPECT_EQ(page->records[1].call_id, "new2");
    EXPECT_EQ(page->records[1].fingerprint, print_of(known, new_row(2)));
    EXPECT_EQ(page->records[2].call_id, "7.5");
    ASSERT_EQ(page->rejected.size(), 3U);
    EXPECT_EQ(page->rejected[0].raw, "[{}]");
    EXPECT_EQ(page->rows(), 10U);
    // Broken behind what is known, and broken so that a bracket of it takes what is known along.
    for (const char* broken : {R"(,{"callId":"new"],)", R"(,{"callId":[{"a":1],)", ",}", ","}) {
        std::string rows_around = known_row;
        rows_around += broken;
        rows_around += known_row;
        const auto read =
            read_answer(Dialect::v1, app_id, completion_of(v1_answer(rows_around)), &known);
        EXPECT_EQ(read.ok(), std::string_view{broken} == ",") << broken;
    }
}

TEST(KnownRecordsTest, more_rows_than_a_page_has_are_all_read) {
    KnownRecords known;
    std::string rows;
    const int many = 2'500;
    for (int i = 0; i < many; ++i) {
        const std::string id = std::to_string(i);
        const std::string row = R"({"callId":")" + id + R"("})";
        if (i % 7 == 0) known.remember(print_of(known, row), id);
        rows += (i == 0 ? "" : ",") + row;
    }
    const auto page = read_answer(Dialect::v1, app_id, completion_of(v1_answer(rows)), &known);
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->rows(), static_cast<std::size_t>(many));
    EXPECT_GE(page->known.size(), 142U);
    EXPECT_EQ(page->records.back().call_id, std::to_string(many - 1));
}

TEST(KnownRecordsTest, rows_read_with_it_are_those_read_without) {
    const KnownRecords known;
    const std::string rows = std::string{v1_record} +
                             R"(,7,"text",null,{"callId":""},{"x":{"callId":"inside"}},)"
                             R"({"call\u0049d":"escaped","callees":["a",null,{"b":[1]}]} , [{}])";
    const auto with = read_answer(Dialect::v1, app_id, completion_of(v1_answer(rows)), &known);
    const auto without = read_answer(Dialect::v1, app_id, completion_of(v1_answer(rows)));
    ASSERT_TRUE(with.ok());
    ASSERT_TRUE(without.ok());
    EXPECT_EQ(with->rejected, without->rejected);
    ASSERT_EQ(with->records.size(), without->records.size());
    for (std::size_t i = 0; i < with->records.size(); ++i) {
        CallRecord record = with->records[i];
        EXPECT_NE(record.fingerprint, Fingerprint{});
        record.fingerprint = {};
        EXPECT_EQ(record, without->records[i]);
    }
}

}  // namespace
}  // namespace callarchive
