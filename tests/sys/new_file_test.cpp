#include "sys/new_file.h"

#include "sys/beside.h"
#include "sys/temporary_folder.h"
#include "sys/text_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace callarchive {
namespace {

namespace fs = std::filesystem;

struct NewFileTest : testing::Test {
    TemporaryFolder folder;
    fs::path path = folder.path() / "file";

    static std::string content(const fs::path& of) {
        return read_text_file(of)->value_or("(none)");
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}));
    }
};

TEST_F(NewFileTest, is_there_whole_or_not_at_all) {
    {
        auto file = NewFile::begin(path);
        ASSERT_TRUE(file.ok());
        ASSERT_TRUE(file->write("some").ok());
        EXPECT_FALSE(fs::exists(path));
        EXPECT_EQ(fs::status(file->partial_path()).permissions(), fs::perms{0600});
        ASSERT_TRUE(file->write("thing").ok());
        ASSERT_TRUE(file->publish(NewFile::Existing::refuse, 0640).ok());
        EXPECT_EQ(content(path), "something");
    }
    EXPECT_EQ(content(path), "something");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms{0640});
    EXPECT_EQ(files(), 1U);
}

TEST_F(NewFileTest, is_removed_when_it_is_given_up) {
    {
        auto file = NewFile::begin(path);
        ASSERT_TRUE(file.ok());
        ASSERT_TRUE(file->write("half").ok());
    }
    EXPECT_EQ(files(), 0U);
}

TEST_F(NewFileTest, replaces_only_if_told_to) {
    std::ofstream{path} << "old";
    {
        auto file = NewFile::begin(path);
        ASSERT_TRUE(file->write("new").ok());
        EXPECT_FALSE(file->publish(NewFile::Existing::refuse, 0600).ok());
    }
    EXPECT_EQ(content(path), "old");
    auto file = NewFile::begin(path);
    ASSERT_TRUE(file->write("new").ok());
    ASSERT_TRUE(file->publish(NewFile::Existing::replace, 0600).ok());
    EXPECT_EQ(content(path), "new");
    EXPECT_EQ(files(), 1U);
}

TEST_F(NewFileTest, one_at_a_time) {
    auto first = NewFile::begin(path);
    ASSERT_TRUE(first.ok());
    const auto second = NewFile::begin(path);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind, ErrorKind::storage_busy);
    ASSERT_TRUE(first->publish(NewFile::Existing::refuse, 0600).ok());
}

TEST_F(NewFileTest, uses_anew_what_a_killed_process_left) {
    std::ofstream{path.string() + ".partial"} << "much more than what comes now";
    auto file = NewFile::begin(path);
    ASSERT_TRUE(file->write("new").ok());
    ASSERT_TRUE(file->publish(NewFile::Existing::refuse, 0600).ok());
    EXPECT_EQ(content(path), "new");
}

TEST_F(NewFileTest, does_not_follow_a_link) {
    fs::create_symlink(folder.path() / "elsewhere", path.string() + ".partial");
    EXPECT_FALSE(NewFile::begin(path).ok());
    EXPECT_FALSE(NewFile::begin(folder.path() / "no" / "folder").ok());
}

TEST_F(NewFileTest, a_name_without_a_folder_is_one_of_the_current_folder) {
    const fs::path before = fs::current_path();
    fs::current_path(folder.path());
    {
        auto file = NewFile::begin("name");
        ASSERT_TRUE(file->write("text").ok());
        const auto done = file->publish(NewFile::Existing::refuse, 0600);
        EXPECT_TRUE(done.ok()) << done.error().message;
    }
    fs::current_path(before);
    EXPECT_EQ(content(folder.path() / "name"), "text");
    EXPECT_EQ(files(), 1U);
}

TEST_F(NewFileTest, belongs_to_the_owner_of_another_file_where_there_is_one) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give a file away";
    const fs::path of_another = folder.path() / "of_another";
    std::ofstream{of_another} << "x";
    ASSERT_EQ(::chown(of_another.c_str(), 65532, 65533), 0);
    const std::pair<fs::path, uid_t> owners[] = {{of_another, 65532},
                                                 {folder.path() / "nowhere", ::geteuid()}};
    for (const auto& [other, owner] : owners) {
        auto file = NewFile::begin(path);
        ASSERT_TRUE(file.ok());
        file->give_to_owner_of(other);
        ASSERT_TRUE(file->publish(NewFile::Existing::replace, 0600).ok());
        struct stat facts {};
        ASSERT_EQ(::stat(path.c_str(), &facts), 0);
        EXPECT_EQ(facts.st_uid, owner) << other;
    }
}

TEST_F(NewFileTest, text_files_that_are_missing_or_odd) {
    EXPECT_EQ(*read_text_file(path), std::nullopt);
    EXPECT_FALSE(read_text_file(folder.path()).ok());
    std::ofstream{path} << std::string(200'000, 'x');
    EXPECT_EQ(content(path).size(), 200'000U);
    const auto below_a_file = read_text_file(path / "name");
    ASSERT_FALSE(below_a_file.ok());
    EXPECT_EQ(below_a_file.error().message,
              (path / "name").string() + " cannot be read: Not a directory");
}

TEST_F(NewFileTest, a_text_file_has_a_limit_that_may_be_reached) {
    constexpr std::uintmax_t limit = 64UL << 20;
    std::ofstream{path} << "x";
    fs::resize_file(path, limit);
    EXPECT_EQ(content(path).size(), limit);
    fs::resize_file(path, limit + 1);
    const auto larger = read_text_file(path);
    ASSERT_FALSE(larger.ok());
    EXPECT_EQ(larger.error().message, path.string() + " cannot be read: it is larger than 64 MiB");
}

TEST_F(NewFileTest, beside_means_beside_the_file_itself) {
    const fs::path real = fs::canonical(folder.path()) / "real.db";
    fs::create_symlink("real.db", path);
    EXPECT_EQ(path_beside(path, ".lock"), real.string() + ".lock");
    EXPECT_EQ(path_beside(real, ""), real);
}

TEST_F(NewFileTest, beside_a_link_that_leads_to_itself_is_beside_the_link) {
    fs::create_symlink(path.filename(), path);
    EXPECT_EQ(path_beside(path, ".lock"), path.string() + ".lock");
    EXPECT_EQ(path_beside(path / "calls.db", ".lock"), (path / "calls.db.lock").string());
}

}  // namespace
}  // namespace callarchive
