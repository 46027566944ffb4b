#include "sys/system_clock.h"

#include "sys/entropy.h"
#include "sys/process_protection.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace callarchive {
namespace {

TEST(system_clock, tells_the_systems_time) {
    const SystemClock clock;
    const std::int64_t before = ::time(nullptr);
    const std::int64_t told = unix_seconds(moment_of(clock.wall()));
    // time() reads a coarser clock, which may lag a tick behind.
    EXPECT_GE(told, before);
    EXPECT_LE(told, ::time(nullptr) + 1);
    const Monotonic earlier = clock.monotonic();
    EXPECT_GE(clock.monotonic(), earlier);
}

TEST(entropy, differs_each_time) {
    EXPECT_NE(random_seed(), random_seed());
    std::array<std::byte, 300> bytes{};
    fill_random(bytes);
    const auto zeros = std::count(bytes.begin(), bytes.end(), std::byte{0});
    EXPECT_LT(zeros, 30);
}

TEST(process_protection, leaves_no_core) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const bool done = protect_process().ok();
        rlimit limit{};
        ::getrlimit(RLIMIT_CORE, &limit);
        const bool holds =
            limit.rlim_cur == 0 && limit.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
        ::_exit(done && holds ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace callarchive
