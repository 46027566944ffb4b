// What a statement for many rows skips without a word is told.

#include "store/failure.h"
#include "store/new_calls.h"
#include "store/open_file.h"
#include "store/seal.h"
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
        return {.bucket = 7,
                .call_id = call_id,
                .content_hash = 1,
                .numbers = {},
                .room_id = {},
                .callees = {},
                .extra = {}};
    }
    static constexpr NewCalls::Of of{.application_no = 1, .source_no = 1, .first_seen_ts = 2};
};

TEST_F(NewRowsTest, a_second_row_of_one_call_is_refused_as_damage) {
    sqlite::Database database = writing();
    NewCalls calls{database};
    EXPECT_EQ(calls.add(of, call_of("a")), 1);
    EXPECT_EQ(calls.add(of, call_of("b")), 2);
    EXPECT_TRUE(calls.gathered(1, "b"));
    EXPECT_FALSE(calls.gathered(2, "b"));
    calls.insert();
    EXPECT_FALSE(calls.gathered(1, "b"));
    EXPECT_EQ(calls.add(of, call_of("c")), 3);
    EXPECT_EQ(calls.add(of, call_of("b")), 4);
    EXPECT_THROW(calls.insert(), Refusal);
    calls.forget();
    EXPECT_EQ(calls.add(of, call_of("d")), 4) << "c is in the table, the second b is not";
}

TEST_F(NewRowsTest, more_than_are_gathered_at_once_are_all_there) {
    std::vector<std::string> ids;
    ids.reserve(1'000);
    for (int i = 0; i < 1'000; ++i)
        ids.push_back("call" + std::to_string(i));
    sqlite::Database database = writing();
    NewCalls calls{database};
    for (const std::string& id : ids)
        calls.add(of, call_of(id));
    calls.insert();
    EXPECT_EQ(value_of(path, "SELECT count(*) || ' ' || max(call_no) FROM call"), "1000 1000");
}

TEST_F(NewRowsTest, every_column_is_what_was_given) {
    sqlite::Database database = writing();
    NewCalls calls{database};
    NewCalls::Call call{.bucket = 13,
                        .call_id = "2ae7d549-c441-4a9b-87c0-61810fe19581",
                        .content_hash = 15,
                        .numbers = {.room_id_type = 16,
                                    .total_user_number = 17,
                                    .start_ts = 18,
                                    .accept_ts = 19,
                                    .end_ts = 20,
                                    .media_type = 21,
                                    .call_type = 22,
                                    .call_result = 23,
                                    .caller_no = 24},
                        .room_id = "r",
                        .callees = "c",
                        .extra = "e"};
    calls.add({.application_no = 10, .source_no = 11, .first_seen_ts = 12}, call);
    call = call_of("text");
    call.callees = "";
    calls.add({.application_no = 10, .source_no = 11, .first_seen_ts = 12}, call);
    calls.insert();
    EXPECT_EQ(value_of(path,
                       "SELECT group_concat(json_array(call_no, application_no, source_no, "
                       "version_source_no, bucket, call_id, content_hash, room_id_type, "
                       "total_user_number, revision, first_seen_ts, changed_ts, start_ts, "
                       "accept_ts, end_ts, media_type, call_type, call_result, caller_no, room_id, "
                       "callees, extra)) FROM call"),
              R"([1,10,11,11,13,"2ae7d549-c441-4a9b-87c0-61810fe19581",15,16,17,1,12,null,18,19,)"
              R"(20,21,22,23,24,"r","c","e"],[2,10,11,11,7,"text",1,null,null,1,12,null,null,)"
              R"(null,null,null,null,null,null,null,"",null])");
    sqlite::Statement sealed{database, "SELECT sum(" + is_sealed(sealed_call) + ") FROM call"};
    sqlite::Rows rows = sealed.query();
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), 2);
}

// Each is inserted before what would not go with it.
TEST_F(NewRowsTest, calls_of_many_sources_and_with_long_texts_are_all_there) {
    sqlite::Database database = writing();
    NewCalls calls{database};
    std::vector<std::string> ids;
    ids.reserve(200);
    for (int i = 0; i < 200; ++i)
        ids.push_back("call" + std::to_string(i));
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto application = static_cast<std::int64_t>(i / 50 % 2);
        const std::string callees(i % 40 * 100, static_cast<char>('a' + i % 26));
        bytes += std::ssize(callees);
        NewCalls::Call call = call_of(ids[i]);
        call.callees = callees;
        calls.add({.application_no = application,
                   .source_no = application + 2,
                   .first_seen_ts = application + 4},
                  call);
        EXPECT_TRUE(calls.gathered(application, ids[i]));
        EXPECT_FALSE(calls.gathered(1 - application, ids[i]));
    }
    const std::string longest(100'000, 'x');
    NewCalls::Call call = call_of("longest");
    call.callees = longest;
    calls.add(of, call);
    calls.insert();
    // Also in room that is made anew.
    for (const char* id : {"after", "after that"}) {
        calls.forget();
        call = call_of(id);
        call.callees = "short";
        calls.add(of, call);
        calls.insert();
    }
    EXPECT_EQ(value_of(path,
                       "SELECT count(*) FROM call AS c WHERE call_id = 'call' || (call_no - 1) "
                       "AND application_no = (call_no - 1) / 50 % 2 "
                       "AND source_no = application_no + 2 "
                       "AND version_source_no = source_no "
                       "AND first_seen_ts = application_no + 4 "
                       "AND replace(callees, char(97 + (call_no - 1) % 26), '') = '' "
                       "AND length(callees) = (call_no - 1) % 40 * 100"),
              "200");
    EXPECT_EQ(value_of(path, "SELECT sum(length(callees)) FROM call"),
              std::to_string(bytes + 100'000 + 2 * 5));
}

TEST_F(NewRowsTest, numbers_that_ran_out_are_told) {
    run("INSERT INTO call (call_no, application_no, source_no, version_source_no, bucket, "
        "call_id_high, content_hash, first_seen_ts, seal) VALUES (2305843009213693951, 1, 1, 1, 1, "
        "'last', 0, 0, 0); INSERT INTO user VALUES (9223372036854775807, 1, 'last')");
    sqlite::Database database = writing();
    NewCalls calls{database};
    EXPECT_THROW(calls.add(of, call_of("a")), Refusal);
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
