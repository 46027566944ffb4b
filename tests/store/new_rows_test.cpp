// What a statement for many rows skips without a word is told.

#include "store/failure.h"
#include "store/new_calls.h"
#include "store/open_file.h"
#include "store/support.h"
#include "store/users.h"

#include <string>

namespace callarchive {
namespace {

struct NewRowsTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();

    NewRowsTest() { static_cast<void>(open_archive(path)); }

    void run(const std::string& sql) {
        sqlite::Database{path, {.access = sqlite::Access::read_write}}.execute(sql);
    }
    [[nodiscard]] sqlite::Database writing() const { return open_for_writing({.path = path}); }

    static NewCalls::Call call_of(std::string_view call_id) {
        return {.application_no = 1,
                .source_no = 1,
                .bucket = 7,
                .call_id = call_id,
                .content_hash = 1,
                .first_seen_ts = 2,
                .content = {}};
    }
};

TEST_F(NewRowsTest, a_second_row_of_one_call_is_refused_as_damage) {
    sqlite::Database database = writing();
    NewCalls calls{database};
    EXPECT_EQ(calls.add(call_of("a")), 1);
    EXPECT_EQ(calls.add(call_of("b")), 2);
    EXPECT_TRUE(calls.gathered(1, "b"));
    EXPECT_FALSE(calls.gathered(2, "b"));
    calls.insert();
    EXPECT_FALSE(calls.gathered(1, "b"));
    EXPECT_EQ(calls.add(call_of("c")), 3);
    EXPECT_EQ(calls.add(call_of("b")), 4);
    EXPECT_THROW(calls.insert(), Refusal);
    calls.forget();
    EXPECT_EQ(calls.add(call_of("d")), 4) << "c is in the table, the second b is not";
}

TEST_F(NewRowsTest, more_than_are_gathered_at_once_are_all_there) {
    std::vector<std::string> ids;
    ids.reserve(1'000);
    for (int i = 0; i < 1'000; ++i)
        ids.push_back("call" + std::to_string(i));
    sqlite::Database database = writing();
    NewCalls calls{database};
    for (const std::string& id : ids)
        calls.add(call_of(id));
    calls.insert();
    EXPECT_EQ(value_of(path, "SELECT count(*) || ' ' || max(call_no) FROM call"), "1000 1000");
}

TEST_F(NewRowsTest, numbers_that_ran_out_are_told) {
    run("INSERT INTO call (call_no, application_no, source_no, version_source_no, bucket, "
        "call_id_high, content_hash, first_seen_ts, seal) VALUES (2305843009213693951, 1, 1, 1, 1, "
        "'last', 0, 0, 0); INSERT INTO user VALUES (9223372036854775807, 1, 'last')");
    sqlite::Database database = writing();
    NewCalls calls{database};
    EXPECT_THROW(calls.add(call_of("a")), Refusal);
    Users users{database};
    for (int again = 0; again < 2; ++again)
        EXPECT_EQ(users.number_of(1, "last"), 9223372036854775807);
    EXPECT_THROW(static_cast<void>(users.number_of(1, "next")), Refusal);
}

TEST_F(NewRowsTest, users_keep_their_number_wherever_they_are_looked_for) {
    sqlite::Database database = writing();
    for (int round = 0; round < 2; ++round) {
        Users users{database};  // the second time, those of the file
        // More than are gathered, remembered one by one, or looked for in vain before the file's
        // users are read; each again after some others.
        for (int i = 0; i < 30'000; ++i) {
            const std::int64_t application = 1 + i % 2;
            const auto id = [&](int j) { return "user" + std::to_string(j / 2); };
            ASSERT_EQ(users.number_of(application, id(i)), i + 1);
            if (i >= 50) {
                ASSERT_EQ(users.number_of(application, id(i - 50)), i - 49);
            }
        }
        users.insert();
    }
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM user"), "30000");
}

TEST_F(NewRowsTest, a_user_who_is_there_twice_is_refused_as_damage) {
    sqlite::Database database = writing(), second = writing();
    Users one{database};
    Users other{second};
    EXPECT_EQ(one.number_of(1, "a"), 1);
    EXPECT_EQ(other.number_of(1, "a"), 1);
    one.insert();
    EXPECT_THROW(other.insert(), Refusal);
}

}  // namespace
}  // namespace callarchive
