#include "sys/service_manager.h"

#include "sys/fake_manager.h"
#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ServiceManagerTest : public testing::Test {
  protected:
    void SetUp() override { forget(); }
    void TearDown() override { forget(); }
    static void forget() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            ::unsetenv(name);
    }
    static ServiceManager found() {
        auto manager = ServiceManager::from_environment();
        EXPECT_TRUE(manager.ok());
        return std::move(manager).value();
    }
    std::string abstract_ = "@callarchive-test-" + std::to_string(::getpid());
};

TEST_F(ServiceManagerTest, WithoutOneEverythingSucceedsAndDoesNothing) {
    const auto check = [] {
        const ServiceManager manager = found();
        EXPECT_FALSE(manager.listens());
        EXPECT_FALSE(manager.watchdog_limit());
        EXPECT_TRUE(manager.ready("x").ok());
        EXPECT_TRUE(manager.sign_of_life().ok());
    };
    check();
    ::setenv("NOTIFY_SOCKET", "", 1);
    check();
}

TEST_F(ServiceManagerTest, EveryMessageArrivesAsTheProtocolHasIt) {
    const TemporaryFolder folder;
    for (const std::string& name : {(folder.path() / "notify").string(), abstract_}) {
        FakeManager fake{name};
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        const ServiceManager manager = found();
        ASSERT_TRUE(manager.listens()) << name;
        EXPECT_TRUE(manager.ready("two\nlines").ok());
        EXPECT_EQ(fake.next(), "READY=1\nSTATUS=two lines");
        EXPECT_TRUE(manager.status("all is well").ok());
        EXPECT_EQ(fake.next(), "STATUS=all is well");
        EXPECT_TRUE(manager.status({"a\0b", 3}).ok());
        EXPECT_EQ(fake.next(), "STATUS=a b");
        EXPECT_TRUE(manager.sign_of_life().ok());
        EXPECT_EQ(fake.next(), "WATCHDOG=1");
        EXPECT_TRUE(manager.stopping("ends").ok());
        EXPECT_EQ(fake.next(), "STOPPING=1\nSTATUS=ends");
        EXPECT_TRUE(manager.extend_timeout(Milliseconds{1'500}, "migrates").ok());
        EXPECT_EQ(fake.next(), "EXTEND_TIMEOUT_USEC=1500000\nSTATUS=migrates");
        EXPECT_EQ(fake.next(), "");
    }
}

TEST_F(ServiceManagerTest, AReloadCarriesTheTimeOfTheMonotonicClock) {
    FakeManager fake{abstract_};
    ::setenv("NOTIFY_SOCKET", abstract_.c_str(), 1);
    timespec before{};
    ::clock_gettime(CLOCK_MONOTONIC, &before);
    EXPECT_TRUE(found().reloading().ok());
    const std::string message = fake.next();
    const std::string begins = "RELOADING=1\nMONOTONIC_USEC=";
    ASSERT_THAT(message, StartsWith(begins));
    const long long told = std::atoll(message.c_str() + begins.size());
    const long long asked = before.tv_sec * 1'000'000LL + before.tv_nsec / 1'000;
    EXPECT_GE(told, asked);
    EXPECT_LT(told, asked + 60'000'000);
}

TEST_F(ServiceManagerTest, SignsOfLifeAreWantedOfThisProcessOnly) {
    FakeManager fake{abstract_};
    ::setenv("NOTIFY_SOCKET", abstract_.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    EXPECT_EQ(found().watchdog_limit(), Milliseconds{30'000});
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    EXPECT_EQ(found().watchdog_limit(), Milliseconds{30'000});
    ::setenv("WATCHDOG_PID", "1", 1);
    EXPECT_EQ(found().watchdog_limit(), std::nullopt);
    ::unsetenv("WATCHDOG_PID");
    for (const char* odd : {"", "0", "-1", "10s"}) {
        ::setenv("WATCHDOG_USEC", odd, 1);
        EXPECT_EQ(found().watchdog_limit(), std::nullopt) << odd;
    }
}

TEST_F(ServiceManagerTest, AnAddressThatCannotBeReachedIsAnError) {
    const std::string long_name = "/" + std::string(200, 'x');
    for (const std::string& name : {std::string{"vsock:2:1234"}, long_name, abstract_}) {
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        const auto manager = ServiceManager::from_environment();
        ASSERT_FALSE(manager.ok()) << name;
        EXPECT_THAT(manager.error().message, HasSubstr("NOTIFY_SOCKET"));
    }
}

TEST_F(ServiceManagerTest, AManagerThatReadsNothingDoesNotHoldTheProgramUpForLong) {
    FakeManager fake{abstract_};
    ::setenv("NOTIFY_SOCKET", abstract_.c_str(), 1);
    const ServiceManager manager = found();
    int sent = 0;
    constexpr int more_than_any_queue = 100'000;
    while (sent < more_than_any_queue && manager.status("again").ok())
        ++sent;
    EXPECT_GT(sent, 0);
    EXPECT_LT(sent, more_than_any_queue);
}

}  // namespace
}  // namespace callarchive
