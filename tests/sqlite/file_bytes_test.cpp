// What lies under SQLite can be read and read ahead, and it costs nobody a lock.
#include "sqlite/file_bytes.h"

#include "index_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace callarchive::sqlite {
namespace {

TEST(FileBytesTest, a_database_without_a_file_has_none) {
    const Database database{":memory:", {.access = Access::read_write_create}};
    EXPECT_FALSE(FileBytes::of(database));
}

TEST(FileBytesTest, a_file_seems_to_be_in_memory_once_it_was_read) {
    std::mt19937 random{6};
    const IndexFile file;
    file.add(entries_of_weeks(random));
    if (!forget(file.path())) GTEST_SKIP() << "the system does not forget files here";
    const Database database = file.open();
    const FileBytes bytes = FileBytes::of(database).value();
    EXPECT_FALSE(bytes.seems_all_in_memory());
    EXPECT_EQ(static_cast<std::int64_t>(file.bytes().size()), bytes.size());
    EXPECT_TRUE(bytes.seems_all_in_memory());
}

/// Whether another process sees a lock of this one on the file.
bool is_locked_for_others(const std::string& path) {
    const pid_t child = ::fork();
    if (child == 0) {
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        ::_exit(file >= 0 && ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

TEST(FileBytesTest, locks_of_the_process_stay) {
    const IndexFile file;
    file.add({{1, 1, "a"}});
    Database writer = file.open(Access::read_write);
    EXPECT_FALSE(is_locked_for_others(file.path()));
    writer.execute("BEGIN IMMEDIATE");
    Database reader = file.open();
    reader.read_ahead(1 << 17);
    std::vector<unsigned char> page(4096);
    EXPECT_TRUE(FileBytes::of(reader).value().read(0, page));
    EXPECT_TRUE(is_locked_for_others(file.path()));
    writer.execute("ROLLBACK");
}

}  // namespace
}  // namespace callarchive::sqlite
