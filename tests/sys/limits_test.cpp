#include "sys/disk.h"
#include "sys/new_file.h"
#include "sys/secret_file.h"
#include "sys/service_manager.h"
#include "sys/signals.h"
#include "sys/text_file.h"
#include "sys/writer_lock.h"
#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

/// A limit of this process, until the end of the block.
class Limit {
  public:
    Limit(__rlimit_resource which, rlim_t value) : which_(which) {
        EXPECT_EQ(::getrlimit(which_, &before_), 0);
        const rlimit lower{value, before_.rlim_max};
        EXPECT_EQ(::setrlimit(which_, &lower), 0);
    }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;
    ~Limit() { ::setrlimit(which_, &before_); }

  private:
    __rlimit_resource which_;
    rlimit before_{};
};

struct LimitsTest : testing::Test {
    // Else a write beyond the limit ends the process (setrlimit(2)).
    LimitsTest() : before(::signal(SIGXFSZ, SIG_IGN)) {}
    ~LimitsTest() override { ::signal(SIGXFSZ, before); }

    sighandler_t before;
    TemporaryFolder folder;
    fs::path path = folder.path() / "file";
};

template <typename Value>
std::string message_of(const Result<Value>& result) {
    return result.ok() ? "it succeeded" : result.error().message;
}

TEST_F(LimitsTest, without_descriptors_whoever_needs_one_says_so) {
    ::setenv("NOTIFY_SOCKET", "/nowhere", 1);
    const auto messages = [&] {
        const Limit none{RLIMIT_NOFILE, 0};
        return std::vector<std::string>{message_of(Signals::receive()),
                                        message_of(ServiceManager::from_environment()),
                                        message_of(read_text_file(path)),
                                        message_of(read_secret_file(path)),
                                        message_of(NewFile::begin(path)),
                                        message_of(WriterLock::take(path, Instant{})),
                                        message_of(time_durable_write(folder.path()))};
    }();
    ::unsetenv("NOTIFY_SOCKET");
    for (const std::string& message : messages) {
        EXPECT_THAT(message, EndsWith(": Too many open files"));
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(LimitsTest, signals_that_cannot_be_received_stay_as_they_were) {
    {
        const Limit none{RLIMIT_NOFILE, 0};
        EXPECT_FALSE(Signals::receive());
    }
    sigset_t now;
    ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, nullptr, &now), 0);
    EXPECT_EQ(sigismember(&now, SIGTERM), 0);
}

TEST_F(LimitsTest, a_file_that_is_published_but_not_known_to_be_durable_is_told) {
    auto file = NewFile::begin(path);
    ASSERT_TRUE(file->write("text").ok());
    {
        const Limit none{RLIMIT_NOFILE, 0};
        EXPECT_EQ(message_of(file->publish(NewFile::Existing::refuse, 0600)),
                  folder.path().string() + " cannot be made durable: Too many open files");
    }
    EXPECT_EQ(*read_text_file(path), "text");
}

TEST_F(LimitsTest, a_new_file_that_takes_not_all_is_told_and_removed) {
    {
        const Limit few{RLIMIT_FSIZE, 1'000};
        auto file = NewFile::begin(path);
        ASSERT_TRUE(file.ok());
        EXPECT_EQ(message_of(file->write(std::string(1'001, 'x'))),
                  path.string() + ".partial cannot be written: File too large");
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(LimitsTest, a_disk_that_takes_no_page_or_half_of_one_cannot_be_written_to) {
    const std::pair<rlim_t, const char*> reasons[] = {{0, "File too large"},
                                                      {1'000, "No space left on device"}};
    for (const auto& [limit, reason] : reasons) {
        const Limit few{RLIMIT_FSIZE, limit};
        EXPECT_EQ(message_of(time_durable_write(folder.path())),
                  folder.path().string() + " cannot be written to: " + reason);
        EXPECT_TRUE(fs::is_empty(folder.path())) << "it has left its file behind";
    }
}

}  // namespace
}  // namespace callarchive
