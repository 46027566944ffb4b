#include "app/commands/output_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace callarchive {
namespace {

namespace fs = std::filesystem;

struct OutputFileTest : testing::Test {
    fs::path folder = [] {
        std::string pattern = (fs::temp_directory_path() / "callarchive_output_XXXXXX").string();
        return fs::path{::mkdtemp(pattern.data())};
    }();
    std::string archive = (folder / "calls.db").string();
    std::string target = (folder / "calls.csv").string();

    OutputFileTest() { std::ofstream{archive} << "the archive"; }
    ~OutputFileTest() override { fs::remove_all(folder); }

    static std::string content(const fs::path& path) {
        std::ifstream file{path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] std::ptrdiff_t files() const {
        return std::distance(fs::directory_iterator{folder}, fs::directory_iterator{});
    }
};

TEST_F(OutputFileTest, appears_when_complete) {
    std::ofstream{target} << "old";
    auto file = OutputFile::create(target, archive);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write("new").ok());
    EXPECT_EQ(content(target), "old");
    ASSERT_TRUE(file->complete().ok());
    EXPECT_EQ(content(target), "new");
    EXPECT_EQ(files(), 2);
}

TEST_F(OutputFileTest, leaves_nothing_when_given_up) {
    {
        auto file = OutputFile::create(target, archive);
        ASSERT_TRUE(file->write("half").ok());
        EXPECT_EQ(files(), 2);
    }
    EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, goes_through_a_link) {
    std::ofstream{folder / "real.csv"} << "old";
    fs::create_symlink("real.csv", target);
    auto file = OutputFile::create(target, archive);
    ASSERT_TRUE(file->write("new").ok());
    ASSERT_TRUE(file->complete().ok());
    EXPECT_TRUE(fs::is_symlink(target));
    EXPECT_EQ(content(folder / "real.csv"), "new");
}

TEST_F(OutputFileTest, refuses_the_archive_by_any_name) {
    fs::create_symlink("calls.db", folder / "link");
    fs::create_hard_link(archive, folder / "hard");
    for (const fs::path& path : {fs::path{archive}, folder / "link", folder / "hard",
                                 folder / "." / "calls.db", folder / "calls.db-wal"}) {
        const auto file = OutputFile::create(path.string(), archive);
        ASSERT_FALSE(file.ok()) << path;
        EXPECT_EQ(file.error().kind, ErrorKind::invalid_input);
    }
    EXPECT_EQ(content(archive), "the archive");
}

TEST_F(OutputFileTest, refuses_what_is_no_file) {
    EXPECT_FALSE(OutputFile::create(folder.string(), archive).ok());
    EXPECT_FALSE(OutputFile::create("/dev/null", archive).ok());
    EXPECT_FALSE(OutputFile::create((folder / "missing" / "x").string(), archive).ok());
}

TEST_F(OutputFileTest, takes_the_place_of_a_link_that_leads_nowhere) {
    fs::create_symlink("nothing.csv", target);
    auto file = OutputFile::create(target, archive);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write("new").ok());
    ASSERT_TRUE(file->complete().ok());
    EXPECT_EQ(content(target), "new");
    EXPECT_FALSE(fs::exists(folder / "nothing.csv"));
}

TEST_F(OutputFileTest, a_name_that_was_taken_meanwhile_is_told) {
    {
        auto file = OutputFile::create(target, archive);
        ASSERT_TRUE(file->write("new").ok());
        fs::create_directory(target);
        const auto completed = file->complete();
        ASSERT_FALSE(completed.ok());
        EXPECT_EQ(completed.error().kind, ErrorKind::storage);
        EXPECT_NE(completed.error().message.find("cannot rename to " + target), std::string::npos);
    }
    EXPECT_EQ(files(), 2);
}

}  // namespace
}  // namespace callarchive
