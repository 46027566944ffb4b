#include "sys/write_access.h"

#include "sys/writer_lock.h"
#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace callarchive {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string own_root = "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n";
const Owner owner{.user = 10001, .group = 10002};

std::string command(const std::string& mounts) {
    return command_to_own("/var/lib/callarchive", owner, own_root + mounts);
}

TEST(write_access, the_command_names_the_folder_where_nothing_is_mounted_on_it) {
    EXPECT_EQ(command(""), "as root: chown -R 10001:10002 /var/lib/callarchive");
    // As systemd does with what a unit may write; and a disk of its own.
    for (const char* root : {"/var/lib/callarchive", "/"}) {
        EXPECT_EQ(command("23 22 254:0 " + std::string{root} +
                          " /var/lib/callarchive rw - ext4 /dev/vda rw\n"),
                  "as root: chown -R 10001:10002 /var/lib/callarchive");
    }
}

TEST(write_access, the_command_names_the_volume_of_a_container) {
    for (const char* before : {"/var/lib/docker", "", "/var/lib/containers/storage"}) {
        EXPECT_EQ(
            command("23 22 254:0 " + std::string{before} +
                    "/volumes/config_archive/_data /var/lib/callarchive rw - ext4 /dev/vda rw\n"),
            "outside of the container: docker run --rm --user 0 --volume config_archive:/v "
            "debian:bookworm-slim chown -R 10001:10002 /v");
    }
}

TEST(write_access, the_command_names_the_folder_of_the_host) {
    EXPECT_EQ(command("23 22 254:0 /srv/a\\040b /var/lib/callarchive rw - ext4 /dev/vda rw\n"),
              "outside of the container, as root: chown -R 10001:10002 '/srv/a b'");
    // What was mounted later lies on top.
    EXPECT_THAT(command("23 22 254:0 /first /var/lib/callarchive rw - ext4 /dev/vda rw\n"
                        "24 23 254:0 /second /var/lib/callarchive rw - ext4 /dev/vda rw\n"),
                HasSubstr(" /second"));
}

TEST(write_access, no_line_of_mountinfo_does_harm) {
    EXPECT_THAT(
        command(
            "\n23 22\nx y z /var/lib/callarchive\n23 22 254:0 \\04 \\0\n23 22 254:0 \\xyz \\999\n"),
        HasSubstr("as root: "));
}

TEST(write_access, a_folder_that_is_there_and_ours_is_no_trouble) {
    const TemporaryFolder folder;
    EXPECT_FALSE(write_trouble(folder.path() / "calls.db"));
}

TEST(write_access, a_missing_folder_is_told_with_how_to_make_it) {
    const TemporaryFolder folder;
    const auto trouble = write_trouble(folder.path() / "nowhere" / "calls.db");
    ASSERT_TRUE(trouble);
    EXPECT_THAT(trouble->found, HasSubstr("nowhere is not there"));
    EXPECT_THAT(trouble->remedy, HasSubstr("install -d -m 0750 -o "));
    const auto lock = WriterLock::take(folder.path() / "nowhere" / "calls.db", Instant{});
    ASSERT_FALSE(lock);
    EXPECT_THAT(lock.error().message, HasSubstr(trouble->remedy));
}

TEST(write_access, a_path_that_leads_to_no_folder_is_told) {
    const TemporaryFolder folder;
    std::ofstream{folder.path() / "file"} << "x";
    fs::create_symlink("circle", folder.path() / "circle");
    const auto trouble = [&](const char* name) {
        return write_trouble(folder.path() / name / "calls.db").value_or(WriteTrouble{});
    };
    EXPECT_THAT(trouble("file/below").found, HasSubstr("file/below is not there"));
    EXPECT_THAT(trouble("file").found, HasSubstr("file is no folder"));
    EXPECT_THAT(trouble("file").remedy, HasSubstr("archive.path"));
    EXPECT_THAT(trouble("circle").found, HasSubstr("circle cannot be looked at: Too many levels"));
    EXPECT_THAT(trouble("circle").remedy, HasSubstr("the folders above it"));
}

/// What a process that nothing is allowed to finds, as text.
std::string trouble_of_a_stranger(const fs::path& path) {
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0) return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
        const bool dropped =
            ::geteuid() != 0 || (::setregid(65533, 65533) == 0 && ::setreuid(65532, 65532) == 0);
        const auto trouble = write_trouble(path);
        const std::string text =
            !dropped ? "not dropped"
                     : (trouble ? trouble->found + "; " + trouble->remedy : "no trouble");
        ::_exit(::write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
    }
    ::close(ends[1]);
    std::string text(4096, '\0');
    const ssize_t length = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return text;
}

TEST(write_access, a_folder_of_another_user_is_told_with_owner_mode_and_command) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to have a file of another user";
    const TemporaryFolder folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
    const std::string text = trouble_of_a_stranger(folder.path() / "calls.db");
    EXPECT_THAT(text, HasSubstr(folder.path().string() +
                                " belongs to user 0 and group 0 and has mode 0755"));
    EXPECT_THAT(text, HasSubstr("user 65532 and group 65533,"));
    EXPECT_THAT(text, HasSubstr("as root: chown -R 65532:65533 " + folder.path().string()));
}

TEST(write_access, a_file_of_another_user_is_told_too) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to have a file of another user";
    const TemporaryFolder folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
    EXPECT_EQ(trouble_of_a_stranger(folder.path() / "calls.db"), "no trouble");
    for (const char* name : {"calls.db", "calls.db-wal", "calls.db.lock"}) {
        const fs::path file = folder.path() / name;
        std::ofstream{file} << "x";
        ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
        EXPECT_THAT(trouble_of_a_stranger(folder.path() / "calls.db"),
                    HasSubstr(file.string() + " belongs to user 0"));
        fs::remove(file);
    }
}

TEST(write_access, one_s_own_folder_wants_chmod_and_not_chown) {
    if (::geteuid() == 0) GTEST_SKIP() << "nothing is forbidden to root";
    const TemporaryFolder folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
    EXPECT_THAT(trouble_of_a_stranger(folder.path() / "calls.db"), HasSubstr("chmod u+rwx "));
    ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
}

}  // namespace
}  // namespace callarchive
