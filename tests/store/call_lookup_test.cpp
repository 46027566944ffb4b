// A call id alone finds its call in whichever week it lies.
#include "store/archive.h"
#include "store/reader.h"
#include "store/support.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace callarchive {
namespace {

struct CallLookupTest : ArchiveOfDice {
    CallLookupTest() : ArchiveOfDice(6) {}

    /// Of few letters, so that ids are each other's neighbours and beginnings.
    std::string drawn_id() {
        std::string id;
        for (std::int64_t i = upto(4); i >= 0; --i)
            id += static_cast<char>('a' + upto(2));
        return id;
    }
    static std::vector<std::string> found(Reader& reader, const std::string& id) {
        std::vector<std::string> all;
        const auto histories = reader.history(id);
        EXPECT_TRUE(histories.ok());
        for (const auto& history : *histories) {
            EXPECT_EQ(history.current.call_id, id);
            EXPECT_TRUE(history.earlier.empty());
            all.push_back(history.current.app + "|" +
                          std::to_string(history.current.start_ts.value_or(0)));
        }
        return all;
    }
};

TEST_F(CallLookupTest, finds_what_is_there_in_weeks_with_gaps) {
    const std::vector<std::string> apps{"one", "two"};
    const std::vector<SourceNo> sources{
        enroll(archive, {.name = apps[0], .sdk_app_id = 1400000001}),
        enroll(archive, {.name = apps[1], .sdk_app_id = 1400000002})};
    std::map<std::string, std::map<std::size_t, std::int64_t>> expected;
    for (int i = 0; i < 250; ++i) {
        const auto of = static_cast<std::size_t>(upto(1));
        const std::string id = drawn_id();
        if (expected[id].contains(of)) continue;
        // Years without a call lie between the weeks.
        const Moment start = noon - day * 7 * (upto(3) + 200 * upto(2)) - Seconds{upto(86'400)};
        keep(archive, sources[of], {call_record(id, start)}, start + Seconds{100});
        expected[id].emplace(of, unix_seconds(start));
    }
    flush(archive);
    auto reader = Reader::open(path);
    ASSERT_TRUE(reader.ok());
    for (int i = 0; i < 300; ++i)
        expected[drawn_id()];
    expected[""], expected["zzz"], expected["\xff\xff"];
    for (const auto& [id, calls] : expected) {
        std::vector<std::string> all;
        for (const auto& [of, start_ts] : calls)
            all.push_back(apps[of] + "|" + std::to_string(start_ts));
        EXPECT_EQ(found(*reader, id), all) << id;
    }
}

TEST_F(CallLookupTest, a_reader_that_stays_open_sees_what_has_changed) {
    const SourceNo source = enroll(archive, {.name = "one", .sdk_app_id = 1400000001});
    keep(archive, source, {call_record("a", noon)});
    flush(archive);
    auto reader = Reader::open(path);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(reader->history("a")->front().current.caller, "alice");
    EXPECT_TRUE(found(*reader, "b").empty());

    CallRecord later = call_record("b", noon + day * 70);
    later.caller = "carol";
    keep(archive, source, {later}, later.start.value() + hour);
    keep(archive, source, {call_record("c", noon - day * 70)}, noon - day * 70 + hour);
    flush(archive);
    sqlite::Database{path, {.access = sqlite::Access::read_write}}.execute(
        "UPDATE user SET user_id = 'somebody' WHERE user_id = 'alice'");
    EXPECT_EQ(reader->history("a")->front().current.caller, "somebody");
    EXPECT_EQ(reader->history("b")->front().current.caller, "carol");
    EXPECT_EQ(found(*reader, "c").size(), 1U);
}

}  // namespace
}  // namespace callarchive
