#include "plan/ledger.h"
#include "store/archive.h"
#include "store/reader.h"
#include "store/seal.h"
#include "store/support.h"

#include <gmock/gmock.h>

#include <random>

namespace callarchive {
namespace {

using testing::ElementsAre;

struct LedgerRowsTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo source = enroll(archive, {.name = "production", .sdk_app_id = 1400000001});
    Policy policy = week_policy();

    Ledger stored() { return archive.ledger(source).value(); }
    void store(const Ledger& ledger) {
        ASSERT_TRUE(archive.store_ledger(source, ledger).ok());
        flush(archive);
    }
    std::string cell(const std::string& sql) { return value_of(path, sql); }
};

TEST_F(LedgerRowsTest, begins_a_retention_ago) {
    const Ledger ledger = stored();
    EXPECT_EQ(ledger.coverage.beginning(), noon - week);
    EXPECT_EQ(ledger.beginning_may_move_to, noon - week + policy.overlap);
    EXPECT_TRUE(ledger.coverage.segments().empty());
    // An entry that is known keeps its beginning, and takes its new label.
    EXPECT_EQ(enroll(archive, {.name = "renamed", .sdk_app_id = 1400000001}, noon + day), source);
    EXPECT_EQ(stored(), ledger);
    EXPECT_EQ(cell("SELECT app FROM cursors"), "renamed");
}

TEST_F(LedgerRowsTest, random_ledgers_come_back_as_they_were) {
    std::mt19937 random{7};
    const auto up_to = [&](int most) {
        return Seconds{std::uniform_int_distribution{0, most}(random)};
    };
    Ledger ledger = stored();
    Moment now = noon;
    for (int i = 0; i < 300; ++i) {
        now += up_to(20'000);
        const Moment from = now - up_to(700'000);
        ledger.record_read({.from = from, .to = from + up_to(100'000)}, now, policy);
        if (up_to(3) == Seconds{0}) ledger.record_sweep({.from = from, .as_of = now}, policy);
        if (up_to(9) == Seconds{0}) ++ledger.evidence.ended_after;
        if (up_to(9) == Seconds{0}) now += 2 * day;
        if (up_to(9) == Seconds{0}) ledger.acknowledged_until = now;
        ledger.expire(now, policy);
        store(ledger);
        ASSERT_EQ(stored(), ledger) << "after step " << i;
        ASSERT_EQ(cell("SELECT cursor_ts || ' ' || head_ts FROM cursors"),
                  std::to_string(unix_seconds(ledger.cursor())) + " " +
                      std::to_string(unix_seconds(ledger.head())));
    }
    EXPECT_NE(cell("SELECT count(*) FROM gaps"), "0");
    auto reader = Reader::open(path);
    EXPECT_EQ(reader->status()->front().ledger, ledger);
}

TEST_F(LedgerRowsTest, what_is_the_same_is_not_written) {
    Ledger ledger = stored();
    ledger.record_read({.from = noon - day, .to = noon}, noon, policy);
    store(ledger);
    sqlite::Database watcher{path, {.access = sqlite::Access::read_only}};
    const auto version = watcher.integer("PRAGMA data_version");
    store(ledger);
    EXPECT_EQ(watcher.integer("PRAGMA data_version"), version);
    ledger.record_read({.from = noon - day, .to = noon}, noon + hour, policy);
    store(ledger);
    EXPECT_NE(watcher.integer("PRAGMA data_version"), version);
}

TEST_F(LedgerRowsTest, the_views_show_coverage_and_gaps) {
    Ledger ledger = stored();
    ledger.evidence.ended_after = FilterEvidence::enough;
    ledger.record_read({.from = noon - 2 * day, .to = noon}, noon, policy);
    ledger.expire(noon + 6 * day, policy);
    store(ledger);
    EXPECT_THAT(
        rows_of(path, "SELECT * FROM coverage", 6),
        ElementsAre("production|1400000001|1794827400|1795258800|NULL|gap",
                    "production|1400000001|1795258800|1795345200|2026-11-23T11:00:00Z|gap",
                    "production|1400000001|1795345200|1795431600|2026-11-23T11:00:00Z|open"));
    EXPECT_THAT(rows_of(path,
                        "SELECT from_ts, to_ts, detected_at, reason, last_read_age, acknowledged "
                        "FROM gaps",
                        6),
                ElementsAre("1794827400|1795258800|2026-11-29T11:00:00Z|unread|NULL|0",
                            "1795258800|1795345200|2026-11-29T11:00:00Z|early|86401|0"));
}

TEST_F(LedgerRowsTest, an_acknowledgement_survives_an_older_ledger) {
    const Ledger ledger = stored();
    ASSERT_TRUE(acknowledge_gaps(path, noon).ok());
    Ledger later = ledger;
    later.record_read({.from = noon - day, .to = noon}, noon, policy);
    later.evidence.ended_after = 1;
    store(later);
    EXPECT_EQ(stored().acknowledged_until, noon);
    ASSERT_TRUE(acknowledge_gaps(path, noon - day).ok());
    EXPECT_EQ(stored().acknowledged_until, noon);
}

TEST_F(LedgerRowsTest, rows_that_make_no_sense_are_damage) {
    Ledger ledger = stored();
    ledger.evidence.ended_after = FilterEvidence::enough;
    ledger.record_read({.from = noon - day, .to = noon}, noon, policy);
    ledger.expire(noon + 6 * day + day / 2, policy);
    store(ledger);
    const std::string good = R"(
        DELETE FROM coverage_segment; INSERT INTO coverage_segment SELECT * FROM temp.kept;
        UPDATE source SET beginning_ts = (SELECT min(from_ts) FROM coverage_segment),
        sweep_from_ts = NULL, sweep_as_of_ts = NULL, ended_after = 0, started_before = 0)";
    sqlite::Database editor{path, {.access = sqlite::Access::read_write}};
    // With new seals, so that what stands behind them is asked.
    add_row_seal(editor);
    std::string seal;
    for (const SealedTable* table : {&sealed_source, &sealed_segment}) {
        seal += "UPDATE " + std::string{table->name} + " SET seal = row_seal(" +
                std::string{table->columns} + ");";
    }
    editor.execute("PRAGMA ignore_check_constraints = ON");
    editor.execute("CREATE TEMP TABLE kept AS SELECT * FROM coverage_segment");
    for (const char* damage :
         {"UPDATE source SET beginning_ts = beginning_ts - 1",
          "UPDATE source SET sweep_from_ts = 5", "UPDATE source SET sweep_as_of_ts = 5",
          "UPDATE source SET ended_after = -1", "UPDATE source SET started_before = -1",
          "UPDATE source SET beginning_ts = 9223372036854775807",
          "UPDATE coverage_segment SET to_ts = to_ts + 1",
          "UPDATE coverage_segment SET read_ts = -9223372036854775807",
          "UPDATE coverage_segment SET last_read_age = -1 WHERE reason = 'early'",
          "UPDATE coverage_segment SET last_read_age = 1 << 61 WHERE reason = 'early'",
          "UPDATE coverage_segment SET last_read_age = NULL WHERE reason = 'early'",
          "UPDATE coverage_segment SET last_read_age = 9 WHERE reason = 'unread'",
          "UPDATE coverage_segment SET reason = 'lost' WHERE state = 'gap'",
          "UPDATE coverage_segment SET state = 'closed' WHERE state = 'open'",
          "UPDATE coverage_segment SET state = 'final', reason = NULL, detected_ts = NULL "
          "WHERE read_ts IS NULL"}) {
        archive.roll_back();  // forgets the coverage that is remembered
        EXPECT_TRUE(archive.ledger(source).ok());
        archive.roll_back();
        editor.execute(damage + std::string{";"} + seal);
        const auto damaged = archive.ledger(source);
        ASSERT_FALSE(damaged.ok()) << damage;
        EXPECT_EQ(damaged.error().kind, ErrorKind::damaged) << damage;
        editor.execute(good + ";" + seal);
    }
    archive.roll_back();
    // One bit may leave a row that makes sense.
    editor.execute("UPDATE coverage_segment SET read_ts = read_ts - 1 WHERE read_ts IS NOT NULL");
    EXPECT_EQ(archive.ledger(source).error().kind, ErrorKind::damaged);
    EXPECT_EQ(archive.ledger(99).error().kind, ErrorKind::not_found);
}

TEST_F(LedgerRowsTest, outcomes_are_noted) {
    ASSERT_TRUE(archive.note_failure(source, "no route", noon).ok());
    ASSERT_TRUE(archive.note_success(source, noon + hour).ok());
    flush(archive);
    EXPECT_THAT(rows_of(path, "SELECT last_success_at, last_error, last_error_at FROM cursors", 3),
                ElementsAre("2026-11-23T12:00:00Z|no route|2026-11-23T11:00:00Z"));
}

}  // namespace
}  // namespace callarchive
