#include "store/reader.h"

#include "store/archive.h"
#include "store/support.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct ReaderTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo source = enroll(archive, {.name = "production", .sdk_app_id = 1400000001});
    SourceNo other = enroll(archive, {.name = "other", .sdk_app_id = 1400000002});
    std::optional<Reader> opened;

    Reader& reader() {
        if (!opened) opened.emplace(Reader::open(path).value());
        return *opened;
    }
    std::vector<std::string> ids(const CallFilter& filter = {},
                                 CallOrder order = CallOrder::newest_first,
                                 std::int64_t limit = 0) {
        std::vector<std::string> all;
        const auto done = reader().calls(filter, order, limit, [&](const StoredCall& call) {
            all.push_back(call.call_id);
            return true;
        });
        EXPECT_TRUE(done.ok());
        return all;
    }
    void put(const CallRecord& record, SourceNo from) {
        keep(archive, from, {record});
        flush(archive);
    }
    void put(const CallRecord& record) { put(record, source); }
};

TEST_F(ReaderTest, filters_by_everything) {
    put(call_record("a", noon));
    CallRecord b = call_record("b", noon + hour);
    b.media_type = "audio";
    b.call_type = "group";
    b.call_result = "offline";
    b.room_id = "77";
    b.caller = "carol";
    b.callees = {{"alice", "carol"}};
    put(b);
    put(call_record("c", noon + 2 * hour), other);
    CallRecord none = call_record("d", noon);
    none.start.reset();
    put(none);

    EXPECT_THAT(ids(), ElementsAre("c", "b", "a", "d"));
    EXPECT_THAT(ids({}, CallOrder::oldest_first), ElementsAre("d", "a", "b", "c"));
    EXPECT_THAT(ids({}, CallOrder::newest_first, 2), ElementsAre("c", "b"));
    EXPECT_THAT(ids({.app = "other"}), ElementsAre("c"));
    EXPECT_THAT(ids({.app = "nobody"}), IsEmpty());
    EXPECT_THAT(ids({.user = "alice"}), ElementsAre("c", "b", "a", "d"));
    EXPECT_THAT(ids({.caller = "alice"}), ElementsAre("c", "a", "d"));
    EXPECT_THAT(ids({.callee = "alice"}), ElementsAre("b"));
    EXPECT_THAT(ids({.caller = "carol", .callee = "carol"}), ElementsAre("b"));
    EXPECT_THAT(ids({.user = "alice", .since = noon + hour}), ElementsAre("c", "b"));
    EXPECT_THAT(ids({.result = "offline"}), ElementsAre("b"));
    EXPECT_THAT(ids({.type = "group"}), ElementsAre("b"));
    EXPECT_THAT(ids({.media = "video"}), ElementsAre("c", "a", "d"));
    EXPECT_THAT(ids({.room = "77"}), ElementsAre("b"));
    EXPECT_THAT(ids({.since = noon, .until = noon + 2 * hour}), ElementsAre("b", "a"));
    EXPECT_THAT(ids({.min_talk = Seconds{1}}), ElementsAre("c", "a", "d"));
    EXPECT_THAT(ids({.max_talk = Seconds{59}}), ElementsAre("b"));
}

TEST_F(ReaderTest, pages_are_seamless) {
    // More than a page of calls with one start, some without any, and others around them.
    std::vector<CallRecord> records;
    for (int i = 0; i < 4000; ++i) {
        CallRecord record = call_record("call" + std::to_string(i), noon + Seconds{i % 3});
        if (i % 4 == 0) record.start.reset();
        records.push_back(record);
    }
    keep(archive, source, records);
    flush(archive);
    for (const CallOrder order : {CallOrder::newest_first, CallOrder::oldest_first}) {
        std::vector<std::optional<std::int64_t>> starts;
        std::vector<std::string> seen;
        const auto done = reader().calls({}, order, 0, [&](const StoredCall& call) {
            starts.push_back(call.start_ts);
            seen.push_back(call.call_id);
            return true;
        });
        ASSERT_TRUE(done.ok());
        if (order == CallOrder::newest_first) std::reverse(starts.begin(), starts.end());
        EXPECT_TRUE(std::is_sorted(starts.begin(), starts.end()));
        std::sort(seen.begin(), seen.end());
        EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
        EXPECT_THAT(seen, SizeIs(4000));
        EXPECT_THAT(ids({}, order, 2500), SizeIs(2500));
    }
    int taken = 0;
    ASSERT_TRUE(reader()
                    .calls({}, CallOrder::newest_first, 0,
                           [&](const StoredCall&) { return ++taken < 1500; })
                    .ok());
    EXPECT_EQ(taken, 1500);
}

TEST_F(ReaderTest, huge_calls_come_one_after_the_other_too) {
    // Together far more than is kept at once: pages end early, and go on where they ended.
    for (int i = 0; i < 12; ++i) {
        CallRecord record = call_record("call" + std::to_string(i % 10) + std::to_string(i), noon);
        record.room_id = std::string(2'000'000, 'x');
        if (i % 3 == 0) record.start.reset();
        put(record);
    }
    for (const CallFilter& filter : {CallFilter{}, CallFilter{.user = "alice"}}) {
        for (const CallOrder order : {CallOrder::newest_first, CallOrder::oldest_first}) {
            std::vector<std::string> all = ids(filter, order);
            std::sort(all.begin(), all.end());
            EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
            EXPECT_THAT(all, SizeIs(12));
            EXPECT_THAT(ids(filter, order, 7), SizeIs(7));
        }
    }
}

TEST_F(ReaderTest, says_which_names_it_has_never_seen) {
    put(call_record("a", noon));
    const auto unknown = reader()
                             .unknown_names({.user = "alice",
                                             .caller = "alcie",
                                             .result = "normalend",
                                             .type = "single",
                                             .media = "video"})
                             .value();
    ASSERT_THAT(unknown, SizeIs(2));
    EXPECT_EQ(unknown[0].option, "--caller");
    EXPECT_EQ(unknown[0].name, "alcie");
    EXPECT_THAT(unknown[0].known, IsEmpty());
    EXPECT_EQ(unknown[1].option, "--result");
    EXPECT_THAT(unknown[1].known, testing::Contains("normal_end"));
    EXPECT_THAT(reader().unknown_names({}).value(), IsEmpty());
}

TEST_F(ReaderTest, tells_the_history_of_a_call) {
    CallRecord record = call_record("a", noon - week);
    put(record);
    put(call_record("a", noon), other);
    record.call_result = "interrupt";
    put(record);
    record.room_id = "2";
    put(record);
    const auto history = reader().history("a").value();
    ASSERT_THAT(history, SizeIs(2));
    EXPECT_EQ(history[0].current.revision, 3);
    ASSERT_THAT(history[0].earlier, SizeIs(2));
    EXPECT_EQ(history[0].earlier[0].call_result, "normal_end");
    EXPECT_EQ(history[0].earlier[1].call_result, "interrupt");
    EXPECT_EQ(history[0].earlier[1].replaced_at, "2026-11-23T11:00:00Z");
    EXPECT_EQ(history[1].current.app, "other");
    EXPECT_THAT(history[1].earlier, IsEmpty());
    EXPECT_THAT(reader().history("unknown").value(), IsEmpty());
}

TEST_F(ReaderTest, reads_while_the_writer_writes) {
    put(call_record("a", noon));
    keep(archive, source, {call_record("b", noon + hour)});
    ASSERT_TRUE(archive.note_failure(source, "not committed", noon).ok());
    EXPECT_THAT(ids(), ElementsAre("a"));
    EXPECT_EQ(reader().status()->front().last_error, std::nullopt);
    EXPECT_EQ(reader().status()->front().records, 1);
    EXPECT_THAT(reader().history("b").value(), IsEmpty());
    flush(archive);
    EXPECT_THAT(ids(), ElementsAre("b", "a"));
    EXPECT_EQ(reader().status()->front().last_error, "not committed");
    EXPECT_EQ(reader().status()->front().records, 2);
    // And the writer is not held up by somebody in the middle of reading.
    int taken = 0;
    ASSERT_TRUE(reader()
                    .calls({}, CallOrder::newest_first, 0,
                           [&](const StoredCall&) {
                               put(call_record("x" + std::to_string(++taken), noon));
                               return true;
                           })
                    .ok());
    EXPECT_EQ(taken, 2);
}

}  // namespace
}  // namespace callarchive
