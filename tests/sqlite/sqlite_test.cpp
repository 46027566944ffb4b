#include "sqlite/database.h"
#include "sqlite/failure.h"
#include "sqlite/statement.h"
#include "sqlite/transaction.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace callarchive::sqlite {
namespace {

struct SqliteTest : testing::Test {
    SqliteTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "callarchive_sqlite_XXXXXX").string();
        directory = ::mkdtemp(pattern.data());
    }
    ~SqliteTest() override { std::filesystem::remove_all(directory); }

    std::filesystem::path directory;
    std::string path() const { return (directory / "x.db").string(); }
    Database make(Milliseconds busy_timeout = Milliseconds{5}) const {
        return Database{path(),
                        {.access = Access::read_write_create, .busy_timeout = busy_timeout}};
    }
    template <typename Work>
    static std::optional<FailureKind> failure_of(Work&& work) {
        try {
            work();
        } catch (const Failure& failure) {
            return failure.kind();
        }
        return std::nullopt;
    }
};

TEST_F(SqliteTest, values_come_back_as_they_were_bound) {
    Database database = make();
    database.execute("CREATE TABLE t (a, b, c, d)");
    constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    const std::string with_nul{"a\0b", 3};
    Statement{database, "INSERT INTO t VALUES (?, ?, ?, ?)"}.execute(
        lowest, with_nul, std::optional<std::string>{}, std::optional<std::int64_t>{7});
    Statement select{database, "SELECT a, b, c, d, '' FROM t"};
    Rows rows = select.query();
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), lowest);
    EXPECT_TRUE(rows.is_integer(0));
    EXPECT_EQ(rows.text(1), with_nul);
    EXPECT_EQ(rows.optional_text(2), std::nullopt);
    EXPECT_EQ(rows.optional_integer(3), 7);
    EXPECT_EQ(rows.optional_text(4), "");
    EXPECT_FALSE(rows.next());
}

TEST_F(SqliteTest, an_empty_view_is_a_text_and_not_null) {
    Database database = make();
    Statement select{database, "SELECT typeof(?)"};
    Rows rows = select.query(std::string_view{});
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.text(0), "text");
}

TEST_F(SqliteTest, a_statement_runs_again_after_rows_were_left_early) {
    Database database = make();
    Statement select{database, "SELECT value FROM json_each('[1,2,3]')"};
    for (int i = 0; i < 3; ++i) {
        Rows rows = select.query();
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows.integer(0), 1);
    }
    EXPECT_FALSE(database.in_transaction());
}

using SqliteDeathTest = SqliteTest;
TEST_F(SqliteDeathTest, a_value_left_out_ends_the_program) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    Database database = make();
    Statement select{database, "SELECT ?, ?"};
    EXPECT_DEATH({ select.execute(1); }, "internal fault");
}

TEST_F(SqliteTest, a_transaction_rolls_back_unless_committed) {
    Database database = make();
    database.execute("CREATE TABLE t (a)");
    {
        Transaction transaction{database};
        database.execute("INSERT INTO t VALUES (1)");
    }
    EXPECT_FALSE(database.in_transaction());
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 0);
    {
        Transaction transaction{database};
        database.execute("INSERT INTO t VALUES (1)");
        transaction.commit();
    }
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 1);
}

TEST_F(SqliteTest, failures_say_what_can_be_done) {
    EXPECT_EQ(failure_of([&] {
                  Database{path(), {.access = Access::read_only}};
              }),
              FailureKind::cannot_open);
    EXPECT_EQ(failure_of([&] {
                  Database{directory.string(), {.access = Access::read_write}};
              }),
              FailureKind::cannot_open);
    std::ofstream{path()} << std::string(5000, 'x');
    EXPECT_EQ(failure_of([&] { make().execute("SELECT * FROM sqlite_schema"); }),
              FailureKind::damaged);
    std::filesystem::remove(path());
    Database database = make();
    database.execute("CREATE TABLE t (a)");
    Database reader{path(), {.access = Access::read_only}};
    EXPECT_EQ(failure_of([&] { reader.execute("INSERT INTO t VALUES (1)"); }),
              FailureKind::readonly);
    EXPECT_EQ(failure_of([&] { database.execute("no sql"); }), FailureKind::other);
    Transaction transaction{database};
    Database other = make();
    EXPECT_EQ(failure_of([&] { Transaction{other}; }), FailureKind::busy);
}

TEST_F(SqliteTest, a_full_file_is_told_and_rolls_back) {
    Database database = make();
    database.execute("CREATE TABLE t (a)");
    database.execute("PRAGMA max_page_count = 4");
    const auto fill = [&] {
        Transaction transaction{database};
        for (int i = 0; i < 100; ++i) {
            Statement{database, "INSERT INTO t VALUES (?)"}.execute(std::string(1000, 'x'));
        }
        transaction.commit();
    };
    EXPECT_EQ(failure_of(fill), FailureKind::full);
    EXPECT_FALSE(database.in_transaction());
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 0);
}

TEST_F(SqliteTest, messages_name_the_file_and_what_sqlite_said) {
    try {
        make().execute("SELECT * FROM nowhere");
        FAIL();
    } catch (const Failure& failure) {
        const std::string message = failure.what();
        EXPECT_NE(message.find(path()), std::string::npos) << message;
        EXPECT_NE(message.find("no such table: nowhere"), std::string::npos) << message;
    }
}

TEST_F(SqliteTest, a_log_that_is_kept_at_close_is_empty) {
    const auto write = [&](bool keep) {
        Database database = make();
        database.execute("PRAGMA journal_mode = WAL");
        if (keep) database.keep_log_at_close();
        database.execute("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES ('forgotten')");
        ASSERT_GT(std::filesystem::file_size(path() + "-wal"), 0U);
    };
    write(false);
    EXPECT_FALSE(std::filesystem::exists(path() + "-wal"));
    write(true);
    EXPECT_EQ(std::filesystem::file_size(path() + "-wal"), 0U);
    EXPECT_TRUE(std::filesystem::exists(path() + "-shm"));
    Database reader{path(), {.access = Access::read_only}};
    EXPECT_EQ(reader.integer("SELECT count(*) FROM t"), 2);
}

}  // namespace
}  // namespace callarchive::sqlite
