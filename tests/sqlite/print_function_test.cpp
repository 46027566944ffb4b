#include "sqlite/print_function.h"

#include "sqlite/failure.h"
#include "sqlite/statement.h"

#include <gtest/gtest.h>

namespace callarchive::sqlite {
namespace {

struct PrintFunctionTest : testing::Test {
    Database database{":memory:", {.access = Access::read_write_create}};

    PrintFunctionTest() {
        add_print_function(database, "%d-%d-%d-%d-%d",
                           [](const std::array<std::int64_t, 5>& integers, std::string& text) {
                               text.clear();
                               for (const std::int64_t integer : integers)
                                   text += std::to_string(integer) + ";";
                           });
    }
};

TEST_F(PrintFunctionTest, takes_the_place_of_printf_for_its_format) {
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(database.text("SELECT printf('%d-%d-%d-%d-%d', 1, -2, '3', NULL, 5)"),
                  "1;-2;3;0;5;");
    }
    // A schema may call it.
    database.execute(
        "CREATE TABLE t (n, p AS (printf('%d-%d-%d-%d-%d', n, n, n, n, n)));"
        "CREATE INDEX i ON t (p); INSERT INTO t VALUES (7)");
    EXPECT_EQ(database.integer("SELECT n FROM t WHERE p = '7;7;7;7;7;'"), 7);
}

TEST_F(PrintFunctionTest, refuses_what_it_is_not_made_for) {
    EXPECT_THROW(static_cast<void>(database.text("SELECT printf('%d', 1, 2, 3, 4, 5)")), Failure);
    EXPECT_THROW(static_cast<void>(database.text("SELECT printf(NULL, 1, 2, 3, 4, 5)")), Failure);
}

TEST_F(PrintFunctionTest, leaves_others_to_sqlite) {
    EXPECT_EQ(database.text("SELECT printf('%d-%d', 1, 2)"), "1-2");
    EXPECT_EQ(database.text("SELECT format('%d-%d-%d-%d-%d', 1, 2, 3, 4, 5)"), "1-2-3-4-5");
}

}  // namespace
}  // namespace callarchive::sqlite
