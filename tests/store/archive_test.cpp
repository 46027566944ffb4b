#include "store/archive.h"

#include "store/reader.h"
#include "store/support.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include <string>
#include <vector>

namespace callarchive {
namespace {

using testing::ElementsAre;

const SourceIdentity production{.name = "production", .sdk_app_id = 1400000001};

struct ArchiveTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo source = enroll(archive, production);

    std::vector<std::string> ids() { return rows_of(path, "SELECT call_id FROM calls ORDER BY 1"); }
    std::string cell(const std::string& sql) { return value_of(path, sql); }
    RecordCounts put(const CallRecord& record, Moment now = noon) {
        const RecordCounts counts = keep(archive, source, {record}, now);
        flush(archive);
        return counts;
    }
};

TEST_F(ArchiveTest, keeps_a_call_as_the_view_shows_it) {
    const RecordCounts counts = put(call_record("a", noon - hour));
    EXPECT_EQ(counts.added, 1);
    EXPECT_THAT(
        rows_of(path, "SELECT * FROM calls", 24),
        ElementsAre("production|1400000001|a|video|single|normal_end|1001|alice|[\"bob\"]|"
                    "1795428000|1795428005|1795428065|2026-11-23T10:00:00Z|2026-11-23T10:00:05Z|"
                    "2026-11-23T10:01:05Z|1|5|60|2026-11-23T11:00:00Z|2026-11-23T11:00:00Z|1|NULL|"
                    "2|NULL"));
    EXPECT_THAT(rows_of(path, "SELECT user_id, role, start_ts FROM call_users ORDER BY role", 3),
                ElementsAre("bob|callee|1795428000", "alice|caller|1795428000"));
    EXPECT_EQ(*archive.call_count(source), 1);
}

TEST_F(ArchiveTest, recognizes_what_it_has) {
    put(call_record("a", noon - hour));
    const RecordCounts counts = keep(archive, source, {call_record("a", noon - hour)});
    EXPECT_EQ(counts.unchanged, 1);
    EXPECT_EQ(archive.unflushed_rows(), 0);
    flush(archive);
    EXPECT_EQ(cell("SELECT count(*) FROM calls"), "1");
}

TEST_F(ArchiveTest, knows_everything_again_after_its_memory_was_given_back) {
    put(call_record("a", noon - hour));
    archive.release_memory();
    EXPECT_EQ(put(call_record("a", noon - hour)).unchanged, 1);
    // Nor is anything lost of what is not durable yet.
    keep(archive, source, {call_record("b", noon - hour)});
    archive.release_memory();
    EXPECT_EQ(keep(archive, source, {call_record("b", noon - hour)}).unchanged, 1);
    EXPECT_EQ(*archive.call_count(source), 2);
    flush(archive);
    archive.release_memory();
    EXPECT_EQ(*archive.call_count(source), 2);
    EXPECT_EQ(cell("SELECT count(DISTINCT user_id) FROM call_users"), "2");
}

TEST_F(ArchiveTest, keeps_little_of_what_it_knows_when_memory_is_given_back) {
    const auto record = [](int number) {
        CallRecord call = call_record("call-" + std::to_string(number), noon - hour);
        call.fingerprint = {.high = static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15U,
                            .low = 1};
        return call;
    };
    std::vector<CallRecord> some;
    for (int i = 0; i < 500; ++i)
        some.push_back(record(i));
    EXPECT_EQ(archive.keep(source, some, {}, noon)->added, 500);
    flush(archive);
    archive.release_memory();
    EXPECT_TRUE(archive.known_records().find(some.front().fingerprint).has_value());
    std::vector<CallRecord> many;
    for (int i = 0; i < 40'000; ++i)
        many.push_back(record(i));
    EXPECT_EQ(archive.keep(source, many, {}, noon)->added, 39'500);
    flush(archive);
    EXPECT_GT(archive.known_records().bytes(), std::size_t{1} << 20U);
    archive.release_memory();
    EXPECT_EQ(archive.known_records().bytes(), 0U);
    EXPECT_EQ(archive.keep(source, some, {}, noon)->unchanged, 500);
}

TEST_F(ArchiveTest, rolls_back_what_was_not_flushed) {
    keep(archive, source, {call_record("a", noon - hour)});
    EXPECT_EQ(*archive.call_count(source), 1);
    archive.roll_back();
    EXPECT_EQ(*archive.call_count(source), 0);
    EXPECT_THAT(ids(), ElementsAre());
    put(call_record("a", noon - hour));
    EXPECT_THAT(ids(), ElementsAre("a"));
    EXPECT_EQ(cell("SELECT count(*) FROM call_users"), "2");
}

TEST_F(ArchiveTest, a_transaction_takes_many_reads) {
    for (int read = 0; read < 100; ++read) {
        std::vector<CallRecord> records;
        for (int i = 0; i < 1000; ++i) {
            const int number = read * 1000 + i;
            CallRecord record =
                call_record("call" + std::to_string(number), noon - Seconds{number});
            record.caller = "user" + std::to_string(number % 977);
            records.push_back(record);
        }
        EXPECT_EQ(keep(archive, source, records).added, 1000);
    }
    EXPECT_EQ(archive.unflushed_rows(), 100'000);
    EXPECT_EQ(*archive.call_count(source), 100'000);
    flush(archive);
    EXPECT_EQ(archive.unflushed_rows(), 0);
    EXPECT_EQ(cell("SELECT count(*) FROM calls"), "100000");
    EXPECT_EQ(cell("SELECT count(*) FROM participant"), "200000");
    EXPECT_EQ(cell("SELECT sum(calls) FROM rollup_hour"), "100000");
    EXPECT_GT(archive.bytes_on_disk(), 10'000'000);
}

TEST_F(ArchiveTest, survives_a_restart) {
    put(call_record("a", noon - hour));
    keep(archive, source, {call_record("lost", noon - hour)});
    archive = open_archive(directory.file("other.db"));
    archive = open_archive(path, noon + day);
    EXPECT_EQ(enroll(archive, production, noon + day), source);
    EXPECT_THAT(ids(), ElementsAre("a"));
    EXPECT_EQ(put(call_record("a", noon - hour), noon + day).unchanged, 1);
}

/// Limits how large files may grow, which makes writes fail as a full disk does.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(std::int64_t bytes) {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = static_cast<rlim_t>(bytes);
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

  private:
    rlimit before_{};
};

TEST_F(ArchiveTest, a_failed_write_takes_its_whole_transaction_along) {
    put(call_record("before", noon - hour));
    Ledger ledger = *archive.ledger(source);
    ledger.record_read({.from = noon - day, .to = noon}, noon, week_policy());
    {
        const FileSizeLimit limit{archive.bytes_on_disk()};
        std::vector<CallRecord> records;
        for (int i = 0; i < 5000; ++i) {
            CallRecord record = call_record("call" + std::to_string(i), noon - hour);
            record.caller = "user" + std::to_string(i);
            records.push_back(record);
        }
        ASSERT_TRUE(archive.store_ledger(source, ledger).ok());
        ASSERT_TRUE(archive.keep(source, records, {}, noon).ok());
        EXPECT_FALSE(archive.flush().ok());
        EXPECT_EQ(archive.unflushed_rows(), 0);
        EXPECT_NE(*archive.ledger(source), ledger) << "a claim without its records";
        EXPECT_TRUE(archive.flush().ok()) << "nothing is left to fail";
    }
    EXPECT_EQ(*archive.call_count(source), 1);
    EXPECT_EQ(put(call_record("after", noon - hour)).added, 1);
    EXPECT_EQ(put(call_record("call1", noon - hour)).added, 1);
    EXPECT_THAT(ids(), ElementsAre("after", "before", "call1"));
    EXPECT_EQ(cell("SELECT count(*) FROM call_users"), "6");
    EXPECT_EQ(cell("SELECT sum(calls) FROM rollup_hour"), "3");
    EXPECT_EQ(cell("PRAGMA integrity_check"), "ok");
}

TEST_F(ArchiveTest, an_unknown_source_is_told) {
    const std::vector<CallRecord> records{call_record("a", noon)};
    EXPECT_EQ(archive.keep(99, records, {}, noon).error().kind, ErrorKind::not_found);
    EXPECT_THAT(ids(), ElementsAre());
}

}  // namespace
}  // namespace callarchive
