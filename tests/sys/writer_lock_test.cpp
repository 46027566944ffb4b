#include "sys/writer_lock.h"

#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>
#include <utility>

namespace callarchive {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

const Instant now{Seconds{1700000000}};

/// Another process that does something, says so, and then lives until it is killed.
class Child {
  public:
    explicit Child(const std::function<bool()>& action) {
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0) return;
        pid_ = ::fork();
        if (pid_ == 0) {
            const char answer = action() ? 'y' : 'n';
            if (::write(ends[1], &answer, 1) != 1) ::_exit(1);
            while (true)
                ::pause();
        }
        char answer = 'n';
        succeeded_ = ::read(ends[0], &answer, 1) == 1 && answer == 'y';
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { kill(); }

    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    [[nodiscard]] bool succeeded() const { return succeeded_; }
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = -1;
    bool succeeded_ = false;
};

/// Takes the lock in a child and holds it.
Child holder_of(const fs::path& path) {
    return Child{[&] {
        static auto lock = WriterLock::take(path, now);
        return lock.ok();
    }};
}

TEST(writer_lock, is_given_back_at_its_end_and_its_file_stays) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "calls.db";
    {
        const auto lock = WriterLock::take(path, now);
        ASSERT_TRUE(lock) << lock.error().message;
        EXPECT_FALSE(WriterLock::take(path, now));
    }
    EXPECT_TRUE(fs::exists(path.string() + ".lock"));
    EXPECT_TRUE(WriterLock::take(path, now));
}

TEST(writer_lock, says_since_when_and_who) {
    const TemporaryFolder folder;
    const auto lock = WriterLock::take(folder.path() / "calls.db", now);
    ASSERT_TRUE(lock);
    std::ifstream file{folder.path() / "calls.db.lock"};
    std::string pid;
    std::string start;
    std::getline(file, pid);
    std::getline(file, start);
    EXPECT_EQ(pid, std::to_string(::getpid()));
    EXPECT_EQ(start, "2023-11-14T22:13:20Z");
}

TEST(writer_lock, a_second_process_is_told_of_the_first) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "calls.db";
    Child child = holder_of(path);
    ASSERT_TRUE(child.succeeded());
    const auto second = WriterLock::take(path, now);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::locked);
    EXPECT_THAT(second.error().message,
                HasSubstr("process " + std::to_string(child.pid()) + " (sys_test)"));
    child.kill();
    EXPECT_TRUE(WriterLock::take(path, now));
}

TEST(writer_lock, two_names_of_one_archive_are_one_lock) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "calls.db";
    fs::create_directory(folder.path() / "other");
    const fs::path link = folder.path() / "other" / "link.db";
    // Before the database is made, too.
    fs::create_symlink("../calls.db", link);
    EXPECT_EQ(WriterLock::lock_path_of(link), WriterLock::lock_path_of(path));
    const auto lock = WriterLock::take(link, now);
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_FALSE(WriterLock::take(path, now));
    std::ofstream{path} << "x";
    EXPECT_FALSE(WriterLock::take(link, now));
    EXPECT_FALSE(WriterLock::take(folder.path() / "other" / ".." / "calls.db", now));
}

TEST(writer_lock, survives_what_it_cannot_read) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "calls.db";
    const auto lock = WriterLock::take(path, now);
    ASSERT_TRUE(lock);
    const std::pair<const char*, const char*> holders[] = {{"no number", "another process"},
                                                           {"", "another process"},
                                                           {"0\n", "another process"},
                                                           {"-1\n", "another process"},
                                                           {"99999999999\n", "another process"},
                                                           // More than pid_max can be (proc(5)).
                                                           {"2147483647\n", "process 2147483647"}};
    for (const auto& [text, holder] : holders) {
        std::ofstream{path.string() + ".lock"} << text;
        const auto second = WriterLock::take(path, now);
        ASSERT_FALSE(second) << text;
        EXPECT_EQ(second.error().kind, ErrorKind::locked);
        EXPECT_THAT(second.error().message,
                    StartsWith(std::string{holder} + " already writes this archive"));
    }
    const auto nowhere = WriterLock::take(folder.path() / "missing" / "calls.db", now);
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().kind, ErrorKind::storage);
}

}  // namespace
}  // namespace callarchive
