#include "sqlite/whereabouts.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace callarchive::sqlite {
namespace {

namespace fs = std::filesystem;

struct WhereaboutsTest : testing::Test {
    WhereaboutsTest() {
        fs::create_directory(place);
        database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
    }
    ~WhereaboutsTest() override { fs::remove_all(folder); }

    static fs::path new_folder(const fs::path& parent = fs::temp_directory_path()) {
        std::string pattern = parent / "callarchive_whereabouts_XXXXXX";
        const char* const made = ::mkdtemp(pattern.data());
        return made == nullptr ? fs::path{} : fs::path{made};
    }
    Database open() const {
        fs::create_directory(place);
        return {path, {.access = Access::read_write_create}};
    }
    /// Both files, with their folder.
    void move_away() const { fs::rename(place, folder / "elsewhere"); }

    fs::path folder = new_folder();
    fs::path place = folder / "place";
    std::string path = place / "calls.db";
    Database database = open();
};

TEST_F(WhereaboutsTest, all_is_in_place_until_it_is_moved) {
    const Whereabouts whereabouts{database};
    EXPECT_EQ(whereabouts.displaced(), "");
    move_away();
    EXPECT_EQ(whereabouts.displaced(), path + " was deleted or moved");
    fs::rename(folder / "elsewhere", place);
    EXPECT_EQ(whereabouts.displaced(), "");
}

TEST_F(WhereaboutsTest, each_of_the_two_files_counts) {
    const Whereabouts whereabouts{database};
    fs::rename(path + "-wal", folder / "log");
    EXPECT_EQ(whereabouts.displaced(), path + "-wal was deleted or moved");
    fs::copy_file(folder / "log", path + "-wal");
    EXPECT_EQ(whereabouts.displaced(), path + "-wal was replaced by another file");
}

TEST_F(WhereaboutsTest, a_file_in_the_folder_s_place_leaves_nothing_there) {
    const Whereabouts whereabouts{database};
    move_away();
    std::ofstream{place} << "x";
    EXPECT_EQ(whereabouts.displaced(), path + " was deleted or moved");
}

TEST_F(WhereaboutsTest, a_copy_on_another_file_system_is_another_file) {
    const fs::path memory = new_folder("/dev/shm");
    struct stat there {};
    struct stat here {};
    if (memory.empty() || ::stat(memory.c_str(), &there) != 0 ||
        ::stat(folder.c_str(), &here) != 0 || there.st_dev == here.st_dev) {
        GTEST_SKIP() << "there is one file system only";
    }
    const Whereabouts whereabouts{database};
    fs::copy(place, memory);
    move_away();
    fs::create_directory_symlink(memory, place);
    EXPECT_EQ(whereabouts.displaced(), path + " was replaced by another file");
    fs::remove_all(memory);
}

TEST_F(WhereaboutsTest, what_cannot_be_found_out_is_neither) {
    const Whereabouts whereabouts{database};
    move_away();
    fs::create_symlink("place", place);
    try {
        static_cast<void>(whereabouts.displaced());
        FAIL() << "found out";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), FailureKind::input_output);
        EXPECT_EQ(std::string{failure.what()},
                  path + " cannot be looked at: Too many levels of symbolic links");
    }
}

}  // namespace
}  // namespace callarchive::sqlite
