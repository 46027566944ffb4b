#include "store/archive.h"
#include "store/support.h"

#include <gmock/gmock.h>

#include <string>

namespace callarchive {
namespace {

using testing::ElementsAre;

const SourceIdentity v1{.name = "old", .sdk_app_id = 1400000001, .dialect = Dialect::v1};
const SourceIdentity v4{.name = "new", .sdk_app_id = 1400000001, .dialect = Dialect::v4};

struct DedupeTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo source = enroll(archive, v1);

    RecordCounts put(const CallRecord& record, Moment now = noon) {
        return put_from(source, record, now);
    }
    RecordCounts put_from(SourceNo from, const CallRecord& record, Moment now = noon) {
        const RecordCounts counts = keep(archive, from, {record}, now);
        flush(archive);
        return counts;
    }
    std::string cell(const std::string& sql) { return value_of(path, sql); }
};

CallRecord told_by_v4(const std::string& call_id, Moment start) {
    CallRecord record = call_record(call_id, start);
    record.total_user_number.reset();
    record.room_id_type = 1;
    return record;
}

TEST_F(DedupeTest, a_start_corrected_across_weeks_makes_no_second_row) {
    // Every pair of days the API can tell, whatever weeks they lie in.
    for (int from = -7; from <= 1; ++from) {
        for (int to = -7; to <= 1; ++to) {
            const std::string id = std::to_string(from) + "to" + std::to_string(to);
            EXPECT_EQ(put(call_record(id, noon + from * day)).added, 1);
            const RecordCounts again = put(call_record(id, noon + to * day));
            EXPECT_EQ(again.added, 0) << id;
            EXPECT_EQ(again.revised, from == to ? 0 : 1) << id;
            EXPECT_EQ(put(call_record(id, noon + to * day)).unchanged, 1) << id;
        }
    }
    EXPECT_EQ(cell("SELECT count(*) FROM calls"), "81");
    EXPECT_EQ(cell("SELECT count(*) FROM call WHERE bucket <> start_ts / 604800"), "0");
    EXPECT_EQ(cell("SELECT count(*) FROM call_users"), "162");
    EXPECT_EQ(cell("SELECT count(*) FROM call_users AS u JOIN calls USING (call_id) "
                   "WHERE u.start_ts <> calls.start_ts"),
              "0");
}

TEST_F(DedupeTest, a_call_is_known_as_long_as_the_api_can_tell_it) {
    // First seen as late and with as old a start as can be, and told again a retention later.
    for (const Seconds age : {Seconds{0}, day, 6 * day, week, 13 * day, 14 * day, 15 * day}) {
        const std::string id = "age" + std::to_string(age.count());
        EXPECT_EQ(put(call_record(id, noon - age)).added, 1);
        for (const Seconds later : {Seconds{1}, day, 3 * day, week}) {
            EXPECT_EQ(put(call_record(id, noon - age), noon + later).unchanged, 1) << id;
        }
        CallRecord corrected = call_record(id, noon - age + week);
        EXPECT_EQ(put(corrected, noon + week).revised, 1) << id;
    }
}

TEST_F(DedupeTest, a_call_without_a_plausible_start_is_known_again) {
    CallRecord none = call_record("none", noon);
    none.start.reset();
    CallRecord milliseconds = call_record("ms", moment_from_unix(unix_seconds(noon) * 1000));
    CallRecord lowest = call_record("low", moment_from_unix(INT64_MIN));
    lowest.accept = moment_from_unix(INT64_MIN);
    lowest.end = moment_from_unix(INT64_MAX);
    for (const CallRecord& record : {none, milliseconds, lowest}) {
        EXPECT_EQ(put(record).added, 1) << record.call_id;
        EXPECT_EQ(put(record, noon + 6 * day).unchanged, 1) << record.call_id;
    }
    EXPECT_EQ(cell("SELECT talk_seconds FROM calls WHERE call_id = 'low'"), "9223372036854775807");
    none.start = noon;
    EXPECT_EQ(put(none, noon + 6 * day).revised, 1);
    EXPECT_EQ(cell("SELECT count(*) FROM calls"), "3");
}

TEST_F(DedupeTest, a_time_that_is_years_off_makes_no_second_row) {
    // An answer's Date may be nonsense, and is believed where the local clock is ahead of it.
    const Moment wrong[] = {moment_from_unix(0), noon - 500 * day, noon + 3'000 * day};
    for (const Moment then : wrong) {
        const std::string id = std::to_string(unix_seconds(then));
        const CallRecord before = call_record("before" + id, noon - hour);
        EXPECT_EQ(put(before).added, 1);
        EXPECT_EQ(put(before, then).unchanged, 1) << id;
        const CallRecord during = call_record("during" + id, noon - hour);
        EXPECT_EQ(put(during, then).added, 1);
        EXPECT_EQ(put(during).unchanged, 1) << id;
        EXPECT_EQ(put(call_record("during" + id, noon - 2 * hour)).revised, 1) << id;
        EXPECT_EQ(put(call_record("during" + id, noon - 2 * hour), then).unchanged, 1) << id;
    }
    EXPECT_EQ(cell("SELECT count(*) FROM calls"), "6");
}

TEST_F(DedupeTest, applications_do_not_share_call_ids) {
    const SourceNo other = enroll(archive, {.name = "other", .sdk_app_id = 1400000002});
    EXPECT_EQ(put(call_record("a", noon)).added, 1);
    EXPECT_EQ(put_from(other, call_record("a", noon)).added, 1);
    EXPECT_EQ(cell("SELECT count(*) FROM calls"), "2");
    EXPECT_EQ(*archive.call_count(other), 1);
}

TEST_F(DedupeTest, a_repeated_id_within_one_read_is_one_call) {
    const CallRecord record = call_record("a", noon);
    const RecordCounts counts = keep(archive, source, {record, record});
    EXPECT_EQ(counts.added, 1);
    EXPECT_EQ(counts.unchanged, 1);
}

TEST_F(DedupeTest, a_change_keeps_its_history) {
    CallRecord record = call_record("a", noon - hour);
    put(record);
    record.call_result = "interrupt";
    record.callees = {{"carol", "dave", "carol"}};
    EXPECT_EQ(put(record, noon + Seconds{60}).revised, 1);
    EXPECT_THAT(rows_of(path,
                        "SELECT revision, call_result, callees, first_seen_at, changed_at, "
                        "replaced_at FROM call_revisions",
                        6),
                ElementsAre("1|normal_end|[\"bob\"]|2026-11-23T11:00:00Z|2026-11-23T11:00:00Z|"
                            "2026-11-23T11:01:00Z"));
    EXPECT_THAT(rows_of(path, "SELECT revision, call_result, changed_at FROM calls", 3),
                ElementsAre("2|interrupt|2026-11-23T11:01:00Z"));
    EXPECT_THAT(rows_of(path, "SELECT user_id FROM call_users ORDER BY 1"),
                ElementsAre("alice", "carol", "dave"));
}

TEST_F(DedupeTest, versions_that_alternate_are_followed_for_a_while_only) {
    CallRecord one = call_record("a", noon);
    CallRecord other = one;
    other.call_result = "interrupt";
    put(one);
    RecordCounts counts;
    for (int i = 0; i < 20; ++i) {
        counts += put(other);
        counts += put(one);
    }
    EXPECT_EQ(counts.revised, 7);
    EXPECT_GT(counts.alternating, 0);
    EXPECT_EQ(counts.added, 0);
    EXPECT_EQ(cell("SELECT revision FROM calls"), "8");
    CallRecord unheard = one;
    unheard.call_result = "reject";
    EXPECT_EQ(put(unheard).revised, 1) << "what was never told before is always kept";
}

TEST_F(DedupeTest, a_field_the_other_dialect_lacks_is_no_change) {
    const SourceNo newer = enroll(archive, v4);
    put(call_record("a", noon));
    EXPECT_EQ(put_from(newer, told_by_v4("a", noon)).unchanged, 1);
    EXPECT_EQ(put(call_record("a", noon)).unchanged, 1);
    EXPECT_THAT(
        rows_of(path, "SELECT app, room_id_type, total_user_number, revision FROM calls", 4),
        ElementsAre("old|1|2|1"));

    EXPECT_EQ(put_from(newer, told_by_v4("b", noon)).added, 1);
    EXPECT_EQ(put(call_record("b", noon)).unchanged, 1);
    EXPECT_EQ(cell("SELECT app || total_user_number FROM calls WHERE call_id = 'b'"), "new2");
    EXPECT_EQ(cell("SELECT count(*) FROM call_revisions"), "0");
}

TEST_F(DedupeTest, a_field_the_dialect_has_is_a_change) {
    const SourceNo newer = enroll(archive, v4);
    put(call_record("a", noon));
    put_from(newer, told_by_v4("a", noon));
    CallRecord more = call_record("a", noon);
    more.total_user_number = 3;
    EXPECT_EQ(put(more).revised, 1);
    CallRecord typed = told_by_v4("a", noon);
    typed.room_id_type = 2;
    EXPECT_EQ(put_from(newer, typed).revised, 1);
    EXPECT_THAT(rows_of(path, "SELECT room_id_type, total_user_number, revision FROM calls", 3),
                ElementsAre("2|3|3"));
}

TEST_F(DedupeTest, unknown_fields_of_one_dialect_do_not_alternate) {
    const SourceNo newer = enroll(archive, v4);
    CallRecord extra = told_by_v4("a", noon);
    extra.extra = R"({"quality":5})";
    put(call_record("a", noon));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(put_from(newer, extra).unchanged, 1);
        EXPECT_EQ(put(call_record("a", noon)).unchanged, 1);
    }
    EXPECT_EQ(cell("SELECT extra FROM calls"), R"({"quality":5})");
    extra.extra = R"({"quality":4})";
    EXPECT_EQ(put_from(newer, extra).revised, 1);
}

/// Calls of two weeks, with a user of their own each.
std::vector<CallRecord> many_calls(const std::string& name, int count) {
    std::vector<CallRecord> records;
    for (int i = 0; i < count; ++i) {
        records.push_back(call_record(name + std::to_string(i), noon - (i % 7) * day));
        records.back().caller = name + std::to_string(i);
    }
    return records;
}

TEST_F(DedupeTest, many_new_calls_hide_none_of_the_old) {
    // Enough that new ids are not looked up any more, and from a start that knows none of the old.
    constexpr int many = 12'000;
    EXPECT_EQ(keep(archive, source, many_calls("first", many)).added, many);
    flush(archive);
    archive = open_archive(path + "2");
    archive = open_archive(path);
    source = enroll(archive, v1);
    EXPECT_EQ(keep(archive, source, many_calls("second", 2 * many)).added, 2 * many);
    EXPECT_EQ(keep(archive, source, many_calls("first", many)).unchanged, many);
    EXPECT_EQ(keep(archive, source, many_calls("second", 2 * many)).unchanged, 2 * many);
    archive.roll_back();
    EXPECT_EQ(keep(archive, source, many_calls("second", many)).added, many);
    EXPECT_EQ(keep(archive, source, many_calls("first", many)).unchanged, many);
    flush(archive);
    EXPECT_EQ(cell("SELECT count(*) FROM calls"), std::to_string(2 * many));
    EXPECT_EQ(cell("SELECT count(*) FROM user"), std::to_string(2 * many + 1));
}

TEST_F(DedupeTest, a_record_is_known_by_its_bytes_only_while_the_archive_says_the_same) {
    const auto printed = [&](CallRecord record, const std::string& bytes) {
        record.fingerprint =
            archive.known_records().fingerprint_of(v1.sdk_app_id, Dialect::v1, bytes);
        return record;
    };
    const CallRecord first = printed(call_record("a", noon), "first");
    CallRecord second = printed(call_record("a", noon), "second");
    second.call_result = "interrupt";
    const auto known = [&](const CallRecord& record) {
        return archive.known_records().find(record.fingerprint).has_value();
    };
    EXPECT_EQ(put(first).added, 1);
    EXPECT_TRUE(known(first));
    EXPECT_EQ(put(second).revised, 1);
    EXPECT_FALSE(known(first));
    // The earlier version comes back: a change again.
    EXPECT_EQ(put(first).revised, 1);
    EXPECT_FALSE(known(second));
}

TEST_F(DedupeTest, what_was_rolled_back_is_not_known) {
    CallRecord record = call_record("a", noon);
    record.fingerprint = archive.known_records().fingerprint_of(v1.sdk_app_id, Dialect::v1, "a");
    EXPECT_EQ(keep(archive, source, {record}, noon).added, 1);
    EXPECT_TRUE(archive.known_records().find(record.fingerprint));
    archive.roll_back();
    EXPECT_FALSE(archive.known_records().find(record.fingerprint));
    EXPECT_EQ(put(record).added, 1);
}

}  // namespace
}  // namespace callarchive
