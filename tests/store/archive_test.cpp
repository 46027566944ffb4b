#include "store/archive.h"

#include "store/reader.h"
#include "store/support.h"

#include <gmock/gmock.h>

#include <functional>

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

}  // namespace
}  // namespace callarchive
