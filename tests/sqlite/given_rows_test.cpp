#include "sqlite/given_rows.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"
#include "sqlite/statement.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive::sqlite {
namespace {

struct Person {
    std::optional<std::int64_t> age;
    std::string name;
};

class People final : public GivenRows {
  public:
    explicit People(Database& database) : GivenRows(database, "people_at_hand", 2) {}

    std::vector<Person> people;

  private:
    [[nodiscard]] std::size_t row_count() const noexcept override { return people.size(); }
    void give(std::size_t row, int column, GivenValue value) const noexcept override {
        if (column == 0) {
            value.set(people[row].age);
        } else {
            value.set(std::string_view{people[row].name});
        }
    }
};

struct GivenRowsTest : testing::Test {
    Database database{":memory:", {.access = Access::read_write_create}};
    People given{database};

    std::vector<std::string> rows(const char* sql) {
        std::vector<std::string> found;
        Statement statement{database, sql};
        Rows rows = statement.query();
        while (rows.next())
            found.emplace_back(rows.text(0));
        return found;
    }
};

TEST_F(GivenRowsTest, are_read_whole_and_in_their_order) {
    given.people = {{.age = 7, .name = "z"},
                    {.age = std::nullopt, .name = ""},
                    {.age = std::numeric_limits<std::int64_t>::min(), .name = {"a\0b", 3}}};
    EXPECT_EQ(rows("SELECT quote(c0) || ' ' || quote(hex(c1)) || ' ' || typeof(c1) "
                   "FROM people_at_hand"),
              (std::vector<std::string>{"7 '7A' text", "NULL '' text",
                                        "-9223372036854775808 '610062' text"}));
}

TEST_F(GivenRowsTest, are_those_of_the_moment_each_time) {
    database.execute("CREATE TABLE person (age INTEGER, name TEXT) STRICT");
    Statement insert{database, "INSERT OR IGNORE INTO person SELECT * FROM people_at_hand"};
    insert.execute();
    EXPECT_EQ(database.changes(), 0);
    for (int i = 0; i < 1'000; ++i)
        given.people.push_back({.age = i, .name = std::string(40, 'x')});
    insert.execute();
    EXPECT_EQ(database.changes(), 1'000);
    given.people = {{.age = 5, .name = "five"}};
    insert.execute();
    EXPECT_EQ(database.changes(), 1);
    EXPECT_EQ(rows("SELECT count(*) || ' ' || sum(age) FROM person"),
              std::vector<std::string>{"1001 499505"});
    EXPECT_EQ(rows("SELECT name FROM person WHERE rowid = 1001"), std::vector<std::string>{"five"});
}

TEST_F(GivenRowsTest, a_row_that_is_there_already_is_left_out_and_counted_so) {
    database.execute("CREATE TABLE person (age INTEGER UNIQUE, name TEXT) STRICT");
    Statement insert{database, "INSERT OR IGNORE INTO person SELECT * FROM people_at_hand"};
    given.people = {{.age = 1, .name = "a"}, {.age = 1, .name = "b"}, {.age = 2, .name = "c"}};
    insert.execute();
    EXPECT_EQ(database.changes(), 2);
}

// Else whoever can write the file could make this program's own queries read them.
TEST_F(GivenRowsTest, nothing_in_the_schema_can_refer_to_them) {
    given.people = {{.age = 1, .name = "a"}};
    database.execute("CREATE VIEW window AS SELECT * FROM people_at_hand");
    EXPECT_THROW(rows("SELECT c1 FROM window"), Failure);
    EXPECT_THROW(database.execute("DELETE FROM people_at_hand"), Failure);
}

}  // namespace
}  // namespace callarchive::sqlite
