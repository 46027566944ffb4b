#include "store/archive.h"
#include "store/support.h"

#include <gmock/gmock.h>

namespace callarchive {
namespace {

using testing::ElementsAre;

struct OddRecordsTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo source = enroll(archive, {.name = "production", .sdk_app_id = 1400000001});

    void put(const CallRecord& record) {
        keep(archive, source, {record});
        flush(archive);
    }
};

TEST_F(OddRecordsTest, only_the_call_id_is_certain) {
    CallRecord record;
    record.call_id = "bare";
    put(record);
    EXPECT_THAT(rows_of(path, "SELECT * FROM calls", 24),
                ElementsAre("production|1400000001|bare|NULL|NULL|NULL|NULL|NULL|[]|NULL|NULL|NULL|"
                            "NULL|NULL|NULL|0|NULL|0|2026-11-23T11:00:00Z|2026-11-23T11:00:00Z|1|"
                            "NULL|NULL|NULL"));
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM call_users"), "0");
}

TEST_F(OddRecordsTest, unknown_values_and_odd_texts_are_kept_as_sent) {
    CallRecord record = call_record("id with \"quotes\" and \n", noon);
    record.media_type = "hologram";
    record.call_type = "";
    record.call_result = "beamed";
    record.callees = {{"a\"b\\c\x01", "", "名"}};
    record.extra = R"({"new":true})";
    put(record);
    EXPECT_THAT(
        rows_of(path, "SELECT media_type, call_type, call_result, answered, extra FROM calls", 5),
        ElementsAre("hologram||beamed|1|{\"new\":true}"));
    EXPECT_THAT(rows_of(path, "SELECT value FROM calls, json_each(callees)"),
                ElementsAre("a\"b\\c\x01", "", "名"));
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM call_users"), "4");
}

TEST_F(OddRecordsTest, answered_ring_and_talk_follow_accept_and_result) {
    struct Case {
        std::optional<std::string> result;
        bool accepted, ended;
        const char* expected;  // answered|ring|talk
    };
    const Case cases[] = {
        {"normal_end", true, true, "1|5|60"},    {"normal_end", false, true, "0|65|0"},
        {"interrupt", true, true, "1|5|60"},     {"interrupt", true, false, "1|5|NULL"},
        {"cancel", true, true, "0|65|0"},        {"reject", true, true, "0|65|0"},
        {"not_answer", true, true, "0|65|0"},    {"call_busy", true, true, "0|65|0"},
        {"offline", true, true, "0|65|0"},       {"offline", false, false, "0|NULL|0"},
        {"something_new", true, true, "1|5|60"}, {std::nullopt, true, true, "1|5|60"},
    };
    int number = 0;
    for (const Case& one : cases) {
        CallRecord record = call_record(std::to_string(number++), noon);
        record.call_result = one.result;
        if (!one.accepted) record.accept.reset();
        if (!one.ended) record.end.reset();
        put(record);
        EXPECT_THAT(rows_of(path,
                            "SELECT answered, ring_seconds, talk_seconds FROM calls WHERE call_id "
                            "= '" +
                                record.call_id + "'",
                            3),
                    ElementsAre(one.expected))
            << record.call_id;
    }
}

TEST_F(OddRecordsTest, a_rejected_record_is_one_row_for_each_content_and_source) {
    const SourceNo other = enroll(archive, {.name = "other", .sdk_app_id = 1400000002});
    const std::vector<RejectedRecord> odd{{.raw = "42", .reason = "no object"},
                                          {.raw = "{}", .reason = "no callId"},
                                          {.raw = "42", .reason = "no object"}};
    EXPECT_EQ(archive.keep(source, {}, odd, noon)->rejected, 2);
    EXPECT_EQ(archive.keep(source, {}, odd, noon + Seconds{60})->rejected, 0);
    EXPECT_EQ(archive.keep(other, {}, odd, noon)->rejected, 2);
    flush(archive);
    EXPECT_THAT(rows_of(path,
                        "SELECT app, sdk_app_id, received_at, last_received_at, times, reason, raw "
                        "FROM rejected_records WHERE app = 'production' ORDER BY raw",
                        7),
                ElementsAre("production|1400000001|2026-11-23T11:00:00Z|2026-11-23T11:01:00Z|4|"
                            "no object|42",
                            "production|1400000001|2026-11-23T11:00:00Z|2026-11-23T11:01:00Z|2|"
                            "no callId|{}"));
}

}  // namespace
}  // namespace callarchive
