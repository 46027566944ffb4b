#include "sys/system_clock.h"

#include "base/check.h"

#include <time.h>

namespace callarchive {
namespace {

Milliseconds read_clock(clockid_t which) {
    timespec now{};
    CHECK(::clock_gettime(which, &now) == 0);
    return Seconds{now.tv_sec} +
           std::chrono::floor<Milliseconds>(std::chrono::nanoseconds{now.tv_nsec});
}

}  // namespace

Instant SystemClock::wall() const {
    return Instant{read_clock(CLOCK_REALTIME)};
}

Monotonic SystemClock::monotonic() const {
    return Monotonic{read_clock(CLOCK_BOOTTIME)};
}

}  // namespace callarchive
