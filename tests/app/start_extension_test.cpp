#include "app/daemon/start_extension.h"

#include "sys/fake_manager.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace callarchive {
namespace {

constexpr const char* message = "EXTEND_TIMEOUT_USEC=1000000\nSTATUS=migrates";

/// What arrives within ten seconds; it comes from a thread of its own.
std::string wait_for_next(FakeManager& fake) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    std::string text;
    while (text.empty() && std::chrono::steady_clock::now() < end) {
        text = fake.next();
        std::this_thread::yield();
    }
    return text;
}

TEST(StartExtension, AsksAgainAndAgainButNotForEver) {
    const std::string name = "@callarchive-extension-" + std::to_string(::getpid());
    FakeManager fake{name};
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    const auto manager = ServiceManager::from_environment();
    ::unsetenv("NOTIFY_SOCKET");
    ASSERT_TRUE(manager.ok());
    {
        const StartExtension extension{*manager,
                                       "migrates",
                                       {.more = Milliseconds{1'000},
                                        .again_every = Milliseconds{1},
                                        .longest = Milliseconds{3}}};
        for (int i = 0; i < 4; ++i)
            EXPECT_EQ(wait_for_next(fake), message);
    }
    EXPECT_EQ(fake.next(), "");
}

TEST(StartExtension, EndsAtOnce) {
    const std::string name = "@callarchive-extension-end-" + std::to_string(::getpid());
    FakeManager fake{name};
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    const auto manager = ServiceManager::from_environment();
    ::unsetenv("NOTIFY_SOCKET");
    ASSERT_TRUE(manager.ok());
    {
        const StartExtension extension{*manager,
                                       "migrates",
                                       {.more = Milliseconds{1'000},
                                        .again_every = std::chrono::hours{1},
                                        .longest = std::chrono::hours{2}}};
    }
    EXPECT_EQ(fake.next(), message);
    EXPECT_EQ(fake.next(), "");
}

TEST(StartExtension, NobodyListens) {
    const ServiceManager manager;
    const StartExtension extension{manager, "migrates", {}};
}

}  // namespace
}  // namespace callarchive
