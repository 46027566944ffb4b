#include "sqlite/database.h"
#include "sqlite/durable_log.h"
#include "sqlite/failure.h"
#include "sqlite/function.h"
#include "sqlite/progress.h"
#include "sqlite/statement.h"
#include "sqlite/transaction.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

TEST_F(SqliteTest, values_of_any_type_are_read_as_sqlite_converts_them) {
    // As a file may have them that others wrote, or that is damaged.
    Database database = make();
    Statement select{database,
                     "SELECT column1 FROM (VALUES (NULL), (12), (1.5), ('12x'), (x'6100'), "
                     "(x''), (zeroblob(0)), (zeroblob(3)))"};
    struct Value {
        std::int64_t integer;
        std::string text;
        bool is_null, is_integer;
    };
    const std::vector<Value> expected{{0, "", true, false},
                                      {12, "12", false, true},
                                      {1, "1.5", false, false},
                                      {12, "12x", false, false},
                                      {0, std::string{"a\0", 2}, false, false},
                                      {0, "", false, false},
                                      {0, "", false, false},
                                      {0, std::string(3, '\0'), false, false}};
    Rows rows = select.query();
    for (const Value& value : expected) {
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows.is_null(0), value.is_null) << value.text;
        EXPECT_EQ(rows.is_integer(0), value.is_integer) << value.text;
        EXPECT_EQ(rows.integer(0), value.integer) << value.text;
        EXPECT_EQ(rows.optional_integer(0).has_value(), !value.is_null) << value.text;
        EXPECT_EQ(rows.text(0), value.text);
        EXPECT_EQ(rows.optional_text_view(0).has_value(), !value.is_null) << value.text;
        EXPECT_EQ(rows.optional_text(0).value_or(""), value.text);
    }
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

TEST_F(SqliteTest, rows_that_were_handed_on_are_reset_by_the_last_who_has_them) {
    Database database = make();
    Statement select{database, "SELECT value FROM json_each('[1,2]')"};
    {
        std::optional<Rows> first{select.query()};
        ASSERT_TRUE(first->next());
        Rows second{std::move(*first)};
        first.reset();
        ASSERT_TRUE(second.next());
        EXPECT_EQ(second.integer(0), 2);
    }
    EXPECT_TRUE(select.query().next());
}

TEST_F(SqliteTest, what_is_executed_runs_to_its_end_whatever_it_gives_back) {
    Database database = make();
    database.execute("CREATE TABLE t (a)");
    Statement{database, "INSERT INTO t VALUES (?), (?), (?) RETURNING a"}.execute(1, 2, 3);
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 3);
    EXPECT_EQ(database.text("SELECT a FROM t WHERE a > 3"), "");
    EXPECT_EQ(database.integer("SELECT a FROM t WHERE a > 3"), 0);
}

TEST_F(SqliteTest, a_long_statement_ends_when_told_to_and_the_next_one_runs) {
    Database database = make();
    const std::string count =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
        "SELECT count(*) FROM n";
    int asked = 0;
    {
        const Progress progress{database, [&] { return ++asked < 3; }};
        try {
            static_cast<void>(database.integer(count));
            FAIL() << "counted";
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.kind(), FailureKind::other);
            EXPECT_NE(std::string{failure.what()}.find("interrupted"), std::string::npos)
                << failure.what();
        }
        EXPECT_EQ(asked, 3);
    }
    EXPECT_EQ(database.integer(count), 200'000);
    EXPECT_EQ(asked, 3);
}

TEST_F(SqliteTest, a_function_that_cannot_be_added_is_told) {
    Database database = make();
    const BytesFunction size = [](std::string_view bytes) {
        return static_cast<std::int64_t>(bytes.size());
    };
    EXPECT_THROW(add_function(database, std::string(256, 'f').c_str(), size), Failure);
    add_function(database, "size", size);
    EXPECT_GT(database.integer("SELECT size('abc')"), 0);
}

TEST_F(SqliteTest, a_database_in_memory_has_nothing_to_read_ahead_or_to_make_durable) {
    Database database{":memory:", {.access = Access::read_write_create}};
    database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    database.read_ahead(1 << 16);
    make_log_durable(database);
    EXPECT_FALSE(database.in_transaction());
    EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 1);
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
