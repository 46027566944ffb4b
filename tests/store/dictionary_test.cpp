// A text keeps its number, however many others were asked for in between.

#include "store/dictionary.h"

#include "store/open_file.h"
#include "store/support.h"

#include <random>
#include <string>
#include <vector>

namespace callarchive {
namespace {

TEST(DictionaryTest, each_name_has_a_number_of_its_own) {
    const TemporaryDirectory directory;
    const std::string path = directory.file();
    static_cast<void>(open_archive(path));
    // More than are remembered; some of each length that begin and end alike.
    std::vector<std::string> names{"", "interrupt", "not_answer", "normal_end"};
    for (int i = 0; i < 1'500; ++i)
        names.push_back(i % 2 == 0 ? "a" + std::to_string(i) + "z" : std::to_string(i));
    sqlite::Database database = open_for_writing({.path = path});
    database.execute("BEGIN");
    Dictionary dictionary{database, "call_result"};
    EXPECT_EQ(dictionary.number_of(std::nullopt), std::nullopt);
    sqlite::Statement find{database, "SELECT name FROM call_result WHERE no = ?"};
    std::mt19937 random{1};
    for (int i = 0; i < 20'000; ++i) {
        // Mostly a few, in turn.
        const std::string& name = names[random() % (i % 10 == 0 ? names.size() : 8)];
        const auto number = dictionary.number_of(name);
        ASSERT_TRUE(number);
        sqlite::Rows rows = find.query(*number);
        ASSERT_TRUE(rows.next());
        ASSERT_EQ(rows.text(0), name);
    }
}

TEST(DictionaryTest, what_was_rolled_back_is_forgotten) {
    const TemporaryDirectory directory;
    const std::string path = directory.file();
    static_cast<void>(open_archive(path));
    sqlite::Database database = open_for_writing({.path = path});
    Dictionary dictionary{database, "call_result"};
    database.execute("BEGIN");
    const auto number = dictionary.number_of("odd");
    database.execute("ROLLBACK");
    dictionary.forget();
    EXPECT_EQ(dictionary.number_of("other"), number);
    EXPECT_NE(dictionary.number_of("odd"), number);
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM call_result WHERE name IN ('odd', 'other')"),
              "2");
}

}  // namespace
}  // namespace callarchive
