#include "sys/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

namespace callarchive {
namespace {

bool is_readable(int fd) {
    pollfd each{.fd = fd, .events = POLLIN, .revents = 0};
    return ::poll(&each, 1, 0) == 1;
}

TEST(signals, are_taken_one_by_one) {
    auto signals = Signals::receive();
    ASSERT_TRUE(signals);
    EXPECT_FALSE(is_readable(signals->fd()));
    EXPECT_EQ(signals->take(), std::nullopt);
    const std::pair<int, SignalKind> kinds[] = {{SIGTERM, SignalKind::terminate},
                                                {SIGINT, SignalKind::interrupt},
                                                {SIGHUP, SignalKind::hangup}};
    for (const auto& [number, kind] : kinds) {
        ASSERT_EQ(::kill(::getpid(), number), 0);
        EXPECT_TRUE(is_readable(signals->fd()));
        EXPECT_EQ(signals->take(), kind);
        EXPECT_EQ(signals->take(), std::nullopt);
    }
}

TEST(signals, a_closed_pipe_does_not_end_the_process) {
    const auto signals = Signals::receive();
    ASSERT_TRUE(signals);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    ::close(ends[1]);
}

TEST(signals, what_was_blocked_before_is_put_back) {
    {
        const auto signals = Signals::receive();
        ASSERT_TRUE(signals);
    }
    sigset_t now;
    ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, nullptr, &now), 0);
    EXPECT_EQ(sigismember(&now, SIGTERM), 0);
}

}  // namespace
}  // namespace callarchive
