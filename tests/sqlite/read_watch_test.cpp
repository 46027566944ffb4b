#include "sqlite/read_watch.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace callarchive::sqlite {
namespace {

struct ReadWatchTest : testing::Test {
    ReadWatchTest() {
        Database database{path, {.access = Access::read_write_create}};
        database.execute("PRAGMA journal_mode = WAL");
        database.execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT)");
        database.execute("CREATE INDEX i ON t (y)");
        add(database);
    }
    ~ReadWatchTest() override { std::filesystem::remove_all(folder); }

    static void add(Database& database) {
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
            "INSERT INTO t (y) SELECT hex(randomblob(200)) FROM n");
    }
    static std::filesystem::path new_folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "callarchive_read_watch_XXXXXX").string();
        return ::mkdtemp(pattern.data());
    }

    std::filesystem::path folder = new_folder();
    std::string path = folder / "test.db";
};

TEST_F(ReadWatchTest, tells_of_every_page_of_a_check) {
    std::int64_t asked = 0, bytes = 0;
    ReadWatch watch{[&](std::int64_t read) {
        EXPECT_GE(read, bytes);
        bytes = read;
        ++asked;
        return true;
    }};
    Database database{path, {.access = Access::read_only, .vfs = watch.vfs()}};
    EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
    const std::int64_t pages = database.integer("PRAGMA page_count");
    EXPECT_GE(asked, pages);
    EXPECT_GE(bytes, pages * database.integer("PRAGMA page_size"));
}

TEST_F(ReadWatchTest, ends_a_check_at_once) {
    std::int64_t asked = 0;
    ReadWatch watch{[&](std::int64_t) { return ++asked < 50; }};
    Database database{path, {.access = Access::read_only, .vfs = watch.vfs()}};
    try {
        EXPECT_NE(database.text("PRAGMA integrity_check"), "ok");
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), FailureKind::input_output);
    }
    EXPECT_EQ(asked, 50) << "nobody is asked again";
}

TEST_F(ReadWatchTest, is_a_file_system_like_any_other) {
    ReadWatch one{[](std::int64_t) { return true; }}, other{[](std::int64_t) { return true; }};
    EXPECT_NE(one.vfs(), other.vfs());
    {
        Database a{path, {.access = Access::read_write, .vfs = one.vfs()}};
        Database b{path, {.access = Access::read_write, .vfs = other.vfs()}};
        Database plain{path, {.access = Access::read_write}};
        add(a);
        add(plain);
        add(b);
        EXPECT_EQ(a.integer("SELECT count(*) FROM t"), 8000);
        EXPECT_EQ(plain.text("PRAGMA integrity_check"), "ok");
        b.execute("BEGIN IMMEDIATE");
        EXPECT_THROW(
            {
                a.execute("PRAGMA busy_timeout = 0");
                a.execute("BEGIN IMMEDIATE");
            },
            Failure);
        b.execute("ROLLBACK");
        a.execute("VACUUM");
    }
    EXPECT_THROW((Database{folder / "none.db", {.vfs = one.vfs()}}), Failure);
    Database again{path, {.vfs = one.vfs()}};
    EXPECT_EQ(again.text("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(again.integer("SELECT count(*) FROM t"), 8000);
}

}  // namespace
}  // namespace callarchive::sqlite
