#include "app/http/listener.h"

#include "sys/system_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::HasSubstr;

struct ListenerTest : testing::Test {
    Metrics metrics;
    Health health;
    SystemClock clock;

    Result<std::unique_ptr<Listener>> start(const std::string& listen) {
        return Listener::start(listen, metrics, health, clock);
    }
};

TEST_F(ListenerTest, WhatIsNoHostWithAPortIsAMistakeOfTheConfiguration) {
    for (const char* listen : {"", "127.0.0.1", "9177", "127.0.0.1:http\x1b", ":9177"}) {
        const auto started = start(listen);
        ASSERT_FALSE(started.ok()) << listen;
        EXPECT_EQ(started.error().kind, ErrorKind::configuration) << listen;
        EXPECT_THAT(started.error().message, HasSubstr("is no HOST:PORT"));
        EXPECT_THAT(started.error().message, testing::Not(HasSubstr("\x1b")));
    }
}

TEST_F(ListenerTest, APortThatIsTakenMayBeFreeLater) {
    auto first = start("127.0.0.1:0");
    ASSERT_TRUE(first.ok()) << first.error().message;
    ASSERT_GT((*first)->port(), 0);
    const std::string same = "127.0.0.1:" + std::to_string((*first)->port());
    const auto second = start(same);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind, ErrorKind::temporary);
    EXPECT_THAT(second.error().message, HasSubstr("cannot listen on " + same));
    first->reset();
    const auto third = start(same);
    ASSERT_TRUE(third.ok()) << third.error().message;
    EXPECT_EQ((*third)->port(), std::stoi(same.substr(10)));
}

TEST_F(ListenerTest, ItCanGoAwayTheMomentItWasStarted) {
    for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(start("127.0.0.1:0").ok());
}

}  // namespace
}  // namespace callarchive
