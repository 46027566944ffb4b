#include "api/record_room.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

const std::string an_id = "8e038866-7e0a-4ec8-85d7-b3374ffa7f69";

std::vector<CallRecord> records_of(std::size_t count) {
    std::vector<CallRecord> records;
    records.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        CallRecord& record = records.emplace_back();
        record.call_id = an_id;
        record.callees = {"a", "b", "c"};
        record.caller = "a";
    }
    return records;
}

TEST(record_room, what_was_taken_back_is_given_out_empty) {
    RecordRoom room;
    auto records = records_of(2);
    const CallRecord* const place = records.data();
    const char* const id = records[1].call_id.data();
    const std::string* const callees = records[1].callees->data();
    room.take_back(std::move(records));

    const auto again = room.records(2);
    EXPECT_TRUE(again.empty());
    EXPECT_EQ(again.data(), place);
    const std::string call_id = room.call_id();
    EXPECT_EQ(call_id, "");
    EXPECT_EQ(call_id.data(), id);
    const auto no_callees = room.callees();
    EXPECT_TRUE(no_callees.empty());
    EXPECT_EQ(no_callees.data(), callees);

    // Each of them once: two ids and two lists came.
    EXPECT_GE(room.call_id().capacity(), an_id.size());
    EXPECT_LT(room.call_id().capacity(), an_id.size());
    EXPECT_EQ(room.callees().capacity(), 3U);
    EXPECT_EQ(room.callees().capacity(), 0U);
    EXPECT_NE(room.records(2).data(), place);
}

TEST(record_room, no_more_is_kept_than_the_last_records_had) {
    RecordRoom room;
    room.take_back(records_of(50));
    room.take_back(records_of(1));
    static_cast<void>(room.call_id());
    EXPECT_LT(room.call_id().capacity(), an_id.size());
    static_cast<void>(room.callees());
    EXPECT_EQ(room.callees().capacity(), 0U);

    room.take_back(records_of(50));
    room.take_back({});
    EXPECT_LT(room.call_id().capacity(), an_id.size());
    EXPECT_EQ(room.callees().capacity(), 0U);
    EXPECT_EQ(room.records(1).capacity(), 1U);

    room.take_back(records_of(50));
    EXPECT_EQ(room.records(5).capacity(), 5U);
}

TEST(record_room, what_no_ordinary_page_has_is_given_back) {
    RecordRoom room;
    const std::size_t before = room.bytes();
    auto records = records_of(RecordRoom::records_kept_max);
    for (CallRecord& record : records) {
        record.call_id = std::string(100'000, 'i');
        record.callees->resize(1'000);
    }
    room.take_back(std::move(records));
    EXPECT_LT(room.call_id().capacity(), 100U);
    EXPECT_EQ(room.callees().capacity(), 0U);
    static_cast<void>(room.records(RecordRoom::records_kept_max));

    room.take_back(records_of(RecordRoom::records_kept_max + 1));
    EXPECT_EQ(room.bytes(), before);

    room.take_back(records_of(RecordRoom::records_kept_max));
    EXPECT_GT(room.bytes(), before);
    EXPECT_LT(room.bytes(), 100'000U);
    room.glances().resize(1'000);
    EXPECT_LE(room.glances().capacity(), RecordRoom::records_kept_max);
}

}  // namespace
}  // namespace callarchive
