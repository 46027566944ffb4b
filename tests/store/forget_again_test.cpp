#include "store/forget_fixture.h"
#include "store/verify.h"

#include <gmock/gmock.h>

#include <utility>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using ForgetAgainTest = ForgetTest;

TEST_F(ForgetAgainTest, an_older_backup_does_not_bring_anybody_back) {
    const CallRecord call = call_of("a", "alice", {"bob"});
    put({call});
    const std::string backup = directory.file("backup.db");
    std::filesystem::copy_file(path, backup);
    const std::string pseudonym = forget("alice");
    std::filesystem::remove(path);
    std::filesystem::copy_file(backup, path);
    EXPECT_EQ(put({call}).unchanged, 1);
    EXPECT_THAT(rows("SELECT caller FROM calls"), ElementsAre(pseudonym));
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM forgotten"), "1");
    // And without the list beside the archive, from now on.
    list.clear();
    EXPECT_EQ(put({call}).unchanged, 1);
}

TEST_F(ForgetAgainTest, who_came_back_beside_the_pseudonym_becomes_one_with_it) {
    const CallRecord a = call_of("a", "alice", {"bob"});
    const CallRecord b = call_of("b", "bob", {"alice"});
    put({a});
    const std::string pseudonym = forget("alice");
    const std::string kept = std::exchange(list, {});
    sqlite::Database{path, {.access = sqlite::Access::read_write}}.execute("DELETE FROM forgotten");
    put({b});
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM user"), "3");
    list = kept;
    EXPECT_EQ(put({a, b}).unchanged, 2);
    EXPECT_THAT(rows("SELECT user_id FROM user ORDER BY 1"), ElementsAre("bob", pseudonym));
    EXPECT_THAT(rows("SELECT call_id, role FROM call_users WHERE user_id LIKE 'f%' ORDER BY 1", 2),
                ElementsAre("a|caller", "b|callee"));
}

TEST_F(ForgetAgainTest, who_stood_beside_the_pseudonym_in_a_call_has_the_roles_of_both) {
    put({call_of("a", "alice", {"bob"})});
    const std::string pseudonym = forget("alice");
    const std::string kept = std::exchange(list, {});
    sqlite::Database{path, {.access = sqlite::Access::read_write}}.execute("DELETE FROM forgotten");
    put({call_of("b", "alice", {pseudonym}), call_of("c", pseudonym, {"alice", "bob"}),
         call_of("d", "bob", {"alice", pseudonym}), call_of("e", "alice", {"alice", pseudonym})});
    list = kept;
    put({});
    // The column's roles are a number: 1 for the caller, 2 for a callee, 3 for who was both.
    EXPECT_THAT(rows("SELECT c.call_id, p.call_roles % 4 FROM participant AS p JOIN user USING "
                     "(user_no) JOIN call AS c ON c.call_no = p.call_roles / 4 WHERE user_id = '" +
                         pseudonym + "' ORDER BY 1, 2",
                     2),
                ElementsAre("a|1", "b|3", "c|3", "d|2", "e|3"));
    const auto verification = verify_archive(path, [](std::string_view, double) { return true; });
    ASSERT_TRUE(verification.ok()) << verification.error().message;
    EXPECT_TRUE(verification->is_sound());
}

TEST_F(ForgetAgainTest, a_list_that_cannot_be_read_is_refused) {
    put({});
    for (const std::string& bad :
         std::vector<std::string>{"nonsense\n", "aa bb\n", key + " " + key + "x\n"}) {
        list = bad;
        const auto archive = Archive::open({.path = path, .forgotten_list = list}, noon);
        ASSERT_FALSE(archive.ok()) << bad;
        EXPECT_EQ(archive.error().kind, ErrorKind::damaged);
        EXPECT_THAT(archive.error().message, HasSubstr("line 1"));
    }
    list = "# words\n" + key + " " + key + "\n";
    put({});
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM forgotten"), "1");
}

}  // namespace
}  // namespace callarchive
