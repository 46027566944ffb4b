#include "store/archive.h"
#include "store/seal.h"
#include "store/support.h"
#include "store/verify.h"

#include <gmock/gmock.h>

namespace callarchive {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// One call that has changed, one that has not, and what was read.
struct VerifyFindingsTest : testing::Test {
    VerifyFindingsTest() {
        Archive archive = open_archive(path);
        const SourceNo source = enroll(archive, {.name = "production", .sdk_app_id = 1400000001});
        CallRecord changing = call_record("changing", noon);
        keep(archive, source, {changing, call_record("steady", noon)});
        changing.call_result = "reject";
        keep(archive, source, {changing}, noon + hour);
        Ledger ledger = archive.ledger(source).value();
        ledger.record_read({.from = noon - day, .to = noon}, noon + hour, week_policy());
        if (!archive.store_ledger(source, ledger).ok()) throw std::runtime_error("no ledger");
        flush(archive);
    }

    /// A program that knows how to seal did this: the other checks are what is left.
    std::vector<std::string> findings_after(const std::string& sql) {
        sqlite::Database editor{path, {.access = sqlite::Access::read_write}};
        add_row_seal(editor);
        editor.execute("PRAGMA foreign_keys = OFF");
        editor.execute(sql);
        for (const SealedTable* table :
             {&sealed_source, &sealed_call, &sealed_call_revision, &sealed_segment}) {
            editor.execute("UPDATE " + std::string{table->name} + " SET seal = row_seal(" +
                           std::string{table->columns} + ")");
        }
        const auto verified = verify_archive(path, [](std::string_view, double) { return true; });
        if (!verified.ok()) return {verified.error().message};
        std::vector<std::string> found;
        for (const Check& check : verified->checks) {
            for (const std::string& finding : check.findings)
                found.push_back(check.name + ": " + finding);
        }
        return found;
    }

    TemporaryDirectory directory;
    std::string path = directory.file();
};

TEST_F(VerifyFindingsTest, an_archive_sealed_again_is_sound) {
    EXPECT_THAT(findings_after("SELECT 1"), testing::IsEmpty());
}

struct Damage {
    const char* sql;
    const char* finding;
};

struct EveryDamage : VerifyFindingsTest, testing::WithParamInterface<Damage> {};

TEST_P(EveryDamage, is_named) {
    EXPECT_THAT(findings_after(GetParam().sql), Contains(HasSubstr(GetParam().finding)));
}

constexpr Damage damages[] = {
    {"UPDATE call SET call_id_high = '' WHERE call_id = 'steady'", "has no id"},
    {"UPDATE call SET changed_ts = 5 WHERE call_id = 'steady'",
     "call steady, started 2026-11-23T11:00:00Z, does not say when it changed"},
    {"UPDATE call SET changed_ts = NULL, start_ts = NULL WHERE call_id = 'changing'",
     "call changing, does not say when it changed"},
    {"DELETE FROM call WHERE call_id = 'changing'",
     "revisions: there are earlier versions of a call that is missing"},
    {"UPDATE call_revision SET revision = 2",
     "revisions: call changing, revision 2, has 1 earlier versions"},
    {"UPDATE call SET revision = 3 WHERE call_id = 'changing'",
     "revisions: call changing, revision 3, has 1 earlier versions"},
    {"DELETE FROM call_revision",
     "revisions: 1 calls have changed, earlier versions are there of 0"},
    {"UPDATE participant SET week = week + 1 WHERE call_roles & 1", "which does not say so"},
    {"UPDATE participant SET second = 604800 WHERE call_roles & 1", "lies in no week"},
    {"UPDATE participant SET second = -1 WHERE call_roles & 1", "lies in no week"},
    {"UPDATE participant SET call_roles = call_roles & ~3 WHERE call_roles & 1",
     "which does not say so"},
    {"DELETE FROM participant WHERE call_roles & 2",
     "participants: call steady is not found by all who took part"},
    {"UPDATE participant SET call_roles = call_roles | 2 WHERE call_roles & 1",
     "which does not say so"},
    {"UPDATE call SET caller_no = NULL WHERE call_id = 'steady'", "which does not say so"},
    {"UPDATE rollup_hour SET calls = calls + 1",
     "hourly sums: the sums of the hour 2026-11-23T11:00:00Z are not those of its calls"},
    {"DELETE FROM rollup_hour",
     "hourly sums: the sums of the hour 2026-11-23T11:00:00Z are not those of its calls"},
    {"UPDATE application SET call_count = 7",
     "counts: application 1400000001 has 2 calls, and its count says 7"},
    {"UPDATE source SET beginning_ts = beginning_ts - 1", "coverage: production: "},
    {"DROP VIEW calls", "schema: view calls is missing"},
    {"DELETE FROM application", "references: a row of"},
};
INSTANTIATE_TEST_SUITE_P(Verify, EveryDamage, testing::ValuesIn(damages));

}  // namespace
}  // namespace callarchive
