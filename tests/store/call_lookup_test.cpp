// A call id alone finds its call in whichever week it lies.
#include "store/call_lookup.h"

#include "store/archive.h"
#include "store/open_file.h"
#include "store/reader.h"
#include "store/support.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <exception>
#include <fstream>
#include <iterator>
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
    ASSERT_TRUE(reader.ok()) << reader.error().message;
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
    ASSERT_TRUE(reader.ok()) << reader.error().message;
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

/// Has the system forget a file that no connection has open, so that there is something to be read.
void forget_pages(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    ::fdatasync(file);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
}

std::string written(const std::vector<Reader::CallHistory>& histories) {
    std::string all;
    for (const auto& history : histories)
        all += history.current.call_id + "|" + history.current.started_at.value_or("") + "\n";
    return all;
}

/// What somebody is told who reads nothing ahead.
std::string told_by_sqlite_alone(const std::string& path, const std::string& id) {
    try {
        sqlite::Database database = open_current(path, sqlite::Access::read_only);
        CallRowReader rows{database, 16};
        return written(CallLookup{database, rows}.history(id));
    } catch (const std::exception&) {
        return "damaged";
    }
}

// What is asked first is read ahead, of a file that may hold anything at all.
TEST_F(CallLookupTest, reading_ahead_changes_no_answer) {
    const std::vector<SourceNo> sources{enroll(archive, {.name = "one", .sdk_app_id = 1400000001}),
                                        enroll(archive, {.name = "two", .sdk_app_id = 1400000002})};
    std::vector<std::string> ids{"", "nowhere"};
    for (int i = 0; i < 3'000; ++i) {
        const std::string id = std::to_string(random()) + "-" + std::to_string(random());
        const Moment start = noon - week * upto(30) - Seconds{upto(86'400)};
        keep(archive, sources[static_cast<std::size_t>(upto(1))], {call_record(id, start)},
             start + Seconds{100});
        if (i % 100 == 0) ids.push_back(id);
    }
    flush(archive);
    sqlite::Database{path, {.access = sqlite::Access::read_write}}.execute(
        "PRAGMA wal_checkpoint(TRUNCATE)");
    std::ifstream original{path, std::ios::binary};
    const std::string whole{std::istreambuf_iterator<char>{original}, {}};
    const std::string copy = directory.file("copy.db");
    int found = 0;
    int refused = 0;
    for (int round = 0; round < 200; ++round) {
        std::string bytes = whole;
        // The schema stays as it is: without it nothing is asked at all.
        for (std::int64_t flips = round < 20 ? 0 : 1 << upto(12); flips > 0; --flips) {
            const auto at = 163'840 + upto(static_cast<std::int64_t>(bytes.size()) - 163'841);
            bytes[static_cast<std::size_t>(at)] = static_cast<char>(upto(255));
        }
        std::ofstream{copy, std::ios::binary | std::ios::trunc} << bytes;
        forget_pages(copy);
        const std::string& id = ids[static_cast<std::size_t>(round) % ids.size()];
        auto reader = Reader::open(copy);
        ASSERT_TRUE(reader.ok()) << reader.error().message;
        const auto histories = reader->history(id);
        const std::string told = histories.ok() ? written(*histories) : "damaged";
        EXPECT_EQ(told, told_by_sqlite_alone(copy, id)) << id;
        if (round < 20) {
            EXPECT_EQ(told.empty(), id.empty() || id == "nowhere") << id;
        }
        if (told.starts_with(id + "|")) ++found;
        if (told == "damaged") ++refused;
    }
    EXPECT_GT(found, 20);
    EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace callarchive
