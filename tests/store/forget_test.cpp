#include "store/forget.h"

#include "store/forget_fixture.h"
#include "store/random_calls.h"
#include "store/reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

namespace callarchive {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(ForgetTest, replaces_the_id_everywhere_and_recognizes_the_call_again) {
    CallRecord odd = call_of("odd", "bob", {"carol"});
    odd.extra = R"({"by":"alice","callees":["alice",null]})";
    const std::vector<CallRecord> calls{call_of("a", "alice", {"bob", "alice2"}),
                                        call_of("b", "bob", {"carol", "alice"}), odd,
                                        call_of("c", "bob", {"malice"})};
    const std::vector<RejectedRecord> rejected{
        {.raw = R"({"caller" : "al\u0069ce"})", .reason = "callId is missing"},
        {.raw = R"("alice")", .reason = "the record is no JSON object"}};
    put(calls, rejected);
    const auto before = sums();
    const std::string pseudonym = forget("alice");
    EXPECT_THAT(pseudonym, testing::MatchesRegex("forgotten-[0-9a-f]{16}"));
    EXPECT_EQ(sums(), before);
    EXPECT_THAT(
        rows("SELECT call_id, caller, callees, extra FROM calls ORDER BY 1", 4),
        ElementsAre("a|" + pseudonym + "|[\"bob\",\"alice2\"]|NULL",
                    "b|bob|[\"carol\",\"" + pseudonym + "\"]|NULL", "c|bob|[\"malice\"]|NULL",
                    "odd|bob|[\"carol\"]|{\"by\":\"" + pseudonym + "\",\"callees\":[\"" +
                        pseudonym + "\",null]}"));
    EXPECT_THAT(
        rows("SELECT call_id, role FROM call_users WHERE user_id = '" + pseudonym + "' ORDER BY 1",
             2),
        ElementsAre("a|caller", "b|callee"));
    EXPECT_THAT(rows("SELECT raw FROM rejected_records"), Each(HasSubstr(pseudonym)));

    const RecordCounts again = put(calls, rejected);
    EXPECT_EQ(again.unchanged, 4);
    EXPECT_EQ(again.rejected, 0);
    EXPECT_EQ(again.revised, 0);
    EXPECT_EQ(sums(), before);
    EXPECT_THAT(rows("SELECT user_id FROM user"), Not(testing::Contains("alice")));
    EXPECT_EQ(value_of(path, "PRAGMA integrity_check"), "ok");
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
}

TEST_F(ForgetTest, what_is_counted_stays_what_the_calls_say) {
    // Some of them several times with other content: earlier versions of calls.
    RandomCalls random{7};
    for (int round = 0; round < 4; ++round) {
        std::vector<CallRecord> records;
        for (int i = 0; i < 150; ++i)
            records.push_back(random.next(200));
        put(records);
    }
    ASSERT_NE(value_of(path, "SELECT count(*) FROM call_revisions"), "0");
    const auto counted = [&](CountFrom from) {
        auto reader = Reader::open(path).value();
        std::vector<std::string> all;
        for (const GroupBy by :
             {GroupBy::nothing, GroupBy::result, GroupBy::type, GroupBy::media, GroupBy::user}) {
            const auto groups = reader.count({}, by, {}, from).value();
            for (const Group& g : groups) {
                all.push_back(fmt::format("{} {} {} {} {}", static_cast<int>(by), g.sums.calls,
                                          g.sums.answered, g.sums.talk_seconds,
                                          g.sums.longest_seconds));
            }
        }
        std::sort(all.begin(), all.end());
        return all;
    };
    const auto before = counted(CountFrom::calls);
    ASSERT_EQ(counted(CountFrom::hourly_sums_if_possible), before);
    forget("user2");
    EXPECT_EQ(counted(CountFrom::hourly_sums_if_possible), before);
    EXPECT_EQ(counted(CountFrom::calls), before);
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM call_users WHERE user_id = 'user2'"), "0");
}

TEST_F(ForgetTest, hashes_are_those_of_what_is_stored) {
    put({call_of("a", "alice", {"bob"})});
    const std::string pseudonym = forget("alice");
    const std::string forgotten = value_of(path, "SELECT content_hash FROM call");
    // Another archive that was told the pseudonym from the beginning.
    path = directory.file("other.db");
    put({call_of("a", pseudonym, {"bob"})});
    EXPECT_EQ(value_of(path, "SELECT content_hash FROM call"), forgotten);
}

TEST_F(ForgetTest, no_byte_of_the_id_is_left) {
    const std::string id = "alice.with.a.name.of.her.own";
    std::vector<CallRecord> calls;
    for (int i = 0; i < 3000; ++i) {
        const std::string other = "user" + std::to_string(i * 7919 % 3000);
        calls.push_back(call_of("call" + std::to_string(i), i % 3 == 0 ? id : other, {other, id}));
    }
    put(calls);
    for (CallRecord& call : calls)
        call.room_id = "another";
    EXPECT_EQ(put(calls).revised, 3000);
    ASSERT_THAT(bytes(), HasSubstr(id));
    auto forgetting = prepare(id);
    ASSERT_TRUE(forgetting.ok());
    EXPECT_EQ(forgetting->counts(), (RewriteCounts{.users = 1, .calls = 3000, .revisions = 3000}));
    ASSERT_TRUE(forgetting->commit().ok());
    ASSERT_TRUE(*forgetting->empty_log());
    ASSERT_TRUE(forgetting->compact().ok());
    ASSERT_TRUE(*forgetting->empty_log());
    list = forgetting->forgotten_list();
    EXPECT_TRUE(bytes().find(id) == std::string::npos);
    EXPECT_EQ(put(calls).unchanged, 3000);
    EXPECT_TRUE(bytes().find(id) == std::string::npos);
    EXPECT_THAT(rows("SELECT caller || callees FROM call_revisions"),
                Each(HasSubstr("forgotten-")));
}

/// Pages of an index are split while it grows, and what was moved to another page stays in the gap
/// it leaves, whatever SQLite zeroes of what is deleted.
TEST_F(ForgetTest, no_byte_is_left_where_pages_were_split) {
    const auto name_of = [](int number) {
        return "user-" + std::to_string(100'000 + number) + ";";
    };
    constexpr int users = 20'000;
    for (int begin = 0; begin < users; begin += 1000) {
        std::vector<CallRecord> calls;
        for (int i = begin; i < begin + 1000; ++i) {
            calls.push_back(
                call_of("call" + std::to_string(i), name_of(i * 7919 % users), {"bob"}));
        }
        put(calls);
    }
    // More often than in the row and in the index.
    std::vector<std::string> forgotten;
    const std::string before = bytes();
    for (int i = 0; i < users && forgotten.size() < 30; ++i) {
        const std::size_t row = before.find(name_of(i));
        const std::size_t entry = before.find(name_of(i), row + 1);
        if (before.find(name_of(i), entry + 1) != std::string::npos) {
            forgotten.push_back(name_of(i));
        }
    }
    ASSERT_FALSE(forgotten.empty()) << "this tests nothing";
    for (const std::string& id : forgotten)
        forget(id);
    auto again = prepare(forgotten.back());
    ASSERT_TRUE(again.ok());
    ASSERT_TRUE(again->commit().ok());
    ASSERT_TRUE(again->compact().ok());
    ASSERT_TRUE(*again->empty_log());
    const std::string all = bytes();
    for (const std::string& id : forgotten)
        EXPECT_TRUE(all.find(id) == std::string::npos) << id;
}

TEST_F(ForgetTest, changes_nothing_before_the_commit) {
    put({call_of("a", "alice", {"bob"})});
    {
        auto forgetting = prepare("alice");
        ASSERT_TRUE(forgetting.ok());
        EXPECT_EQ(forgetting->counts().calls, 1);
    }
    EXPECT_THAT(rows("SELECT caller FROM calls"), ElementsAre("alice"));
    EXPECT_THAT(rows("SELECT hash FROM forgotten"), ElementsAre());
}

TEST_F(ForgetTest, a_later_revision_and_a_new_call_bear_the_pseudonym) {
    put({call_of("a", "alice", {"bob"})});
    const std::string pseudonym = forget("alice");
    CallRecord later = call_of("a", "alice", {"bob", "carol"});
    EXPECT_EQ(put({later, call_of("b", "dave", {"alice"})}).revised, 1);
    EXPECT_THAT(rows("SELECT caller, callees FROM calls ORDER BY call_id", 2),
                ElementsAre(pseudonym + "|[\"bob\",\"carol\"]", "dave|[\"" + pseudonym + "\"]"));
    EXPECT_THAT(rows("SELECT caller FROM call_revisions"), ElementsAre(pseudonym));
}

TEST_F(ForgetTest, caller_and_callee_of_one_call) {
    put({call_of("a", "alice", {"alice", "bob"})});
    const std::string pseudonym = forget("alice");
    EXPECT_THAT(rows("SELECT caller, callees FROM calls", 2),
                ElementsAre(pseudonym + "|[\"" + pseudonym + "\",\"bob\"]"));
    EXPECT_EQ(put({call_of("a", "alice", {"alice", "bob"})}).unchanged, 1);
}

TEST_F(ForgetTest, ids_of_every_spelling) {
    for (const std::string id :
         {"it's", "say \"hi\"", "back\\slash", "tab\there", "új\u0301 用户 😀", "%_*?", "10015",
          R"({"id":"x"})", "a'; DROP TABLE call; --"}) {
        const CallRecord call = call_of("call of " + id, id, {"bob", id});
        put({call});
        const std::string pseudonym = forget(id);
        EXPECT_EQ(put({call}).unchanged, 1) << id;
        EXPECT_EQ(
            value_of(path, "SELECT count(*) FROM call_users WHERE user_id = '" + pseudonym + "'"),
            "2")
            << id;
    }
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM calls WHERE caller NOT LIKE 'forgotten-%'"),
              "0");
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM user"), "10") << "bob and nine pseudonyms";
}

TEST_F(ForgetTest, one_application_of_two) {
    const CallRecord call = call_of("a", "alice", {"bob"});
    put({call}, {}, first);
    put({call}, {}, second);
    const std::string pseudonym = forget("alice", "second");
    EXPECT_THAT(rows("SELECT app, caller FROM calls ORDER BY 1", 2),
                ElementsAre("first|alice", "second|" + pseudonym));
    EXPECT_EQ(put({call}, {}, first).unchanged, 1);
    EXPECT_EQ(put({call}, {}, second).unchanged, 1);
    const std::string everywhere = forget("alice");
    EXPECT_NE(everywhere, pseudonym);
    EXPECT_THAT(rows("SELECT app, caller FROM calls ORDER BY 1", 2),
                ElementsAre("first|" + everywhere, "second|" + pseudonym));
    EXPECT_EQ(put({call}, {}, first).unchanged, 1);
    EXPECT_EQ(put({call}, {}, second).unchanged, 1);
    EXPECT_EQ(forget("alice", "first"), everywhere) << "no second pseudonym";
    EXPECT_EQ(put({call}, {}, first).unchanged, 1);
    const auto nowhere = prepare("alice", "third");
    ASSERT_FALSE(nowhere.ok());
    EXPECT_EQ(nowhere.error().kind, ErrorKind::invalid_input);
}

TEST_F(ForgetTest, everywhere_means_applications_to_come) {
    put({call_of("a", "alice", {"bob"})}, {}, first);
    const std::string pseudonym = forget("alice");
    put({call_of("a", "alice", {"bob"})}, {}, second);
    EXPECT_THAT(rows("SELECT caller FROM calls"), ElementsAre(pseudonym, pseudonym));
}

TEST_F(ForgetTest, twice_unknown_and_pseudonyms) {
    put({call_of("a", "alice", {"bob"})});
    const auto unknown = prepare("nobody");
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
    EXPECT_EQ(prepare("alic").error().kind, ErrorKind::not_found);
    EXPECT_THAT(rows("SELECT hash FROM forgotten"), ElementsAre());
    const std::string pseudonym = forget("alice");
    {
        const auto again = prepare("alice");
        ASSERT_TRUE(again.ok());
        EXPECT_TRUE(again->is_done_already());
        EXPECT_EQ(again->pseudonym(), pseudonym);
    }
    EXPECT_EQ(forget("alice"), pseudonym);
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM forgotten"), "1");
    EXPECT_EQ(prepare(pseudonym).error().kind, ErrorKind::invalid_input);
}

TEST_F(ForgetTest, one_dialect_told_what_the_other_fills_in) {
    const SourceIdentity v4{.name = "v4", .sdk_app_id = 1400000001, .dialect = Dialect::v4};
    CallRecord by_v1 = call_of("a", "alice", {"bob"});
    by_v1.extra = R"({"by":"alice"})";
    CallRecord by_v4 = call_of("a", "alice", {"bob"});
    by_v4.total_user_number.reset();
    by_v4.room_id_type = 1;
    put({by_v1});
    put({by_v4}, {}, v4);
    forget("alice");
    EXPECT_EQ(put({by_v1}).unchanged, 1);
    EXPECT_EQ(put({by_v4}, {}, v4).unchanged, 1);
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM call_revisions"), "0");
}

}  // namespace
}  // namespace callarchive
