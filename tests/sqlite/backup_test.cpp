#include "sqlite/backup.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace callarchive::sqlite {
namespace {

struct BackupTest : testing::Test {
    BackupTest() {
        writer.execute("PRAGMA journal_mode = WAL");
        writer.execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT)");
        add(500);
    }
    ~BackupTest() override { std::filesystem::remove_all(folder); }

    void add(int rows) {
        writer.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                       std::to_string(rows) +
                       ") INSERT INTO t (y) SELECT hex(zeroblob(500)) "
                       "FROM n");
    }
    [[nodiscard]] Database open(const std::string& name) const {
        return {folder / name, {.access = Access::read_write_create}};
    }

    static std::filesystem::path new_folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "callarchive_backup_XXXXXX").string();
        return ::mkdtemp(pattern.data());
    }

    std::filesystem::path folder = new_folder();
    Database writer = open("from.db");
};

TEST_F(BackupTest, is_one_snapshot_although_somebody_writes_between_the_portions) {
    Database from = open("from.db");
    from.execute("BEGIN");
    EXPECT_EQ(from.integer("SELECT count(*) FROM t"), 500);
    {
        Database to = open("to.db");
        Backup backup{from, to};
        std::int64_t left = -1;
        int steps = 0;
        while (backup.step(10)) {
            ASSERT_LT(++steps, 1000) << "it begins anew for ever";
            EXPECT_TRUE(left < 0 || backup.pages_left() == left - 10);
            left = backup.pages_left();
            add(1);
        }
        EXPECT_GT(steps, 10);
        EXPECT_GT(backup.pages_total(), 100);
        backup.finish();
        EXPECT_EQ(to.integer("SELECT count(*) FROM t"), 500);
        EXPECT_EQ(to.text("PRAGMA integrity_check"), "ok");
    }
    from.execute("COMMIT");
    EXPECT_GT(from.integer("SELECT count(*) FROM t"), 510);
}

TEST_F(BackupTest, given_up_halfway_leaves_both_usable) {
    Database from = open("from.db");
    Database to = open("to.db");
    {
        Backup backup{from, to};
        EXPECT_TRUE(backup.step(1));
    }
    EXPECT_EQ(from.integer("SELECT count(*) FROM t"), 500);
    EXPECT_EQ(to.integer("SELECT count(*) FROM sqlite_schema"), 0);
}

TEST_F(BackupTest, a_target_that_cannot_be_written_is_told) {
    Database from = open("from.db");
    static_cast<void>(open("to.db").integer("PRAGMA user_version"));
    Database to{folder / "to.db", {.access = Access::read_only}};
    Backup backup{from, to};
    try {
        static_cast<void>(backup.step(1));
        FAIL() << "written";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), FailureKind::readonly) << failure.what();
    }
}

TEST_F(BackupTest, what_failed_does_not_end_well) {
    static_cast<void>(open("to.db").integer("PRAGMA user_version"));
    Database from = open("from.db");
    Database to{folder / "to.db", {.access = Access::read_only}};
    Backup backup{from, to};
    EXPECT_THROW(static_cast<void>(backup.step(1)), Failure);
    try {
        backup.finish();
        FAIL() << "finished";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), FailureKind::readonly) << failure.what();
        EXPECT_NE(std::string{failure.what()}.find("copying to " + to.path()), std::string::npos)
            << failure.what();
    }
}

TEST_F(BackupTest, of_a_database_onto_itself_is_none) {
    Database database = open("from.db");
    try {
        Backup backup{database, database};
        FAIL() << "begun";
    } catch (const Failure& failure) {
        EXPECT_NE(std::string{failure.what()}.find("must be distinct"), std::string::npos)
            << failure.what();
    }
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 500);
}

}  // namespace
}  // namespace callarchive::sqlite
