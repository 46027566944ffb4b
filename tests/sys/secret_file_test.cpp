#include "sys/secret_file.h"

#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

bool is_in_memory(const std::filesystem::path& path) {
    struct statfs facts {};
    return ::statfs(path.c_str(), &facts) == 0 && facts.f_type == TMPFS_MAGIC;
}

std::filesystem::path make_file(const TemporaryFolder& folder, const std::string& text,
                                mode_t mode) {
    const auto path = folder.path() / "secret_key";
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
    return path;
}

TEST(secret_file, loses_its_final_newline_and_nothing_else) {
    const std::pair<std::string, std::string> contents[] = {{"canary", "canary"},
                                                            {"canary\n", "canary"},
                                                            {"canary\r\n", "canary"},
                                                            {"canary\n\n", "canary\n"},
                                                            {" a b \n", " a b "}};
    for (const auto& [text, expected] : contents) {
        const TemporaryFolder folder;
        const auto secret = read_secret_file(make_file(folder, text, 0600));
        ASSERT_TRUE(secret) << secret.error().message;
        EXPECT_EQ(secret->reveal(), expected);
    }
}

TEST(secret_file, others_must_not_be_able_to_read_it) {
    const TemporaryFolder folder{"."};
    ASSERT_TRUE(folder.exists());
    if (is_in_memory(folder.path())) GTEST_SKIP() << "the build folder lies on tmpfs";
    for (const mode_t mode : {mode_t{0640}, mode_t{0604}, mode_t{0644}, mode_t{0444}}) {
        const auto path = make_file(folder, "canary", mode);
        const auto secret = read_secret_file(path);
        ASSERT_FALSE(secret) << mode;
        EXPECT_EQ(secret.error().kind, ErrorKind::configuration);
        EXPECT_THAT(secret.error().message, HasSubstr("chmod 600 " + path.string()));
        EXPECT_THAT(secret.error().message, Not(HasSubstr("canary")));
        std::filesystem::remove(path);
    }
    for (const mode_t mode : {mode_t{0600}, mode_t{0400}, mode_t{0700}}) {
        const auto path = make_file(folder, "canary", mode);
        EXPECT_TRUE(read_secret_file(path)) << mode;
        std::filesystem::remove(path);
    }
}

TEST(secret_file, in_memory_its_permissions_are_the_managers) {
    const TemporaryFolder folder{"/dev/shm"};
    if (!folder.exists() || !is_in_memory(folder.path())) GTEST_SKIP() << "no tmpfs here";
    EXPECT_TRUE(read_secret_file(make_file(folder, "canary", 0444)));
}

TEST(secret_file, one_of_another_user_is_told_with_what_mends_it) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to have a file of another user";
    const TemporaryFolder folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
    const auto path = make_file(folder, "canary", 0600);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        if (::setreuid(65532, 65532) != 0) ::_exit(2);
        const auto secret = read_secret_file(path);
        const std::string remedy = "chown 65532 " + path.string();
        ::_exit(!secret.ok() && secret.error().message.find(remedy) != std::string::npos ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST(secret_file, what_is_no_secret_is_refused) {
    const TemporaryFolder folder;
    const auto missing = read_secret_file(folder.path() / "missing");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
    EXPECT_FALSE(read_secret_file(folder.path()));
    EXPECT_FALSE(read_secret_file("/dev/null"));
    EXPECT_FALSE(read_secret_file(make_file(folder, "", 0600)));
    EXPECT_FALSE(read_secret_file(make_file(folder, "\n", 0600)));
    EXPECT_TRUE(read_secret_file(make_file(folder, std::string(65536, 'x'), 0600)));
    EXPECT_FALSE(read_secret_file(make_file(folder, std::string(65537, 'x'), 0600)));
    const auto pipe = folder.path() / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_FALSE(read_secret_file(pipe));
}

}  // namespace
}  // namespace callarchive
