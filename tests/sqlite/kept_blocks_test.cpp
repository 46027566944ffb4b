// What SQLite copied to undo a statement with is whole, also in blocks that were used before.

#include "sqlite/kept_blocks.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"
#include "sqlite/statement.h"
#include "sqlite/transaction.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace callarchive::sqlite {
namespace {

/// Changes many pages with a statement that fails at its last row; nothing of it may stay.
void undo_again_and_again() {
    Database database{":memory:", {.access = Access::read_write_create}};
    database.execute("PRAGMA temp_store = MEMORY");
    database.execute(
        "CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT); WITH RECURSIVE c(n) AS "
        "(SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000) "
        "INSERT INTO t SELECT n, '[' || hex(zeroblob(200)) || ']' FROM c");
    const std::string sum = "SELECT sum(n * length(x)) FROM t WHERE x LIKE '[0%'";
    const std::int64_t before = database.integer(sum);
    Transaction transaction{database};
    for (int round = 0; round < 5; ++round) {
        EXPECT_THROW(database.execute("UPDATE t SET x = CASE WHEN n < 3000 THEN upper('changed') "
                                      "ELSE json('{') END"),
                     Failure);
        ASSERT_EQ(database.integer(sum), before);
        if (round == 2) free_kept_blocks();
    }
    transaction.commit();
    EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
}

TEST(KeptBlocksTest, a_statement_is_undone) {
    undo_again_and_again();
}

TEST(KeptBlocksTest, each_thread_has_its_own) {
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i)
        threads.emplace_back(undo_again_and_again);
    for (std::thread& thread : threads)
        thread.join();
}

}  // namespace
}  // namespace callarchive::sqlite
