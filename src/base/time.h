#pragma once

#include <chrono>
#include <cstdint>

namespace callarchive {

using Seconds = std::chrono::seconds;
using Milliseconds = std::chrono::milliseconds;

/// One second of an application's time line: unix time, the resolution of the API.
using Moment = std::chrono::sys_seconds;

/// A point of wall-clock time as the machine tells it.
using Instant = std::chrono::sys_time<Milliseconds>;

/// A clock that never steps and goes on while the machine sleeps (CLOCK_BOOTTIME). Its zero means
/// nothing; only differences do.
struct Boottime {
    using duration = Milliseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Boottime>;
    static constexpr bool is_steady = true;
};
using Monotonic = Boottime::time_point;

[[nodiscard]] constexpr std::int64_t unix_seconds(Moment moment) {
    return moment.time_since_epoch().count();
}
[[nodiscard]] constexpr Moment moment_from_unix(std::int64_t seconds) {
    return Moment{Seconds{seconds}};
}
/// The second that an instant lies in.
[[nodiscard]] constexpr Moment moment_of(Instant instant) {
    return std::chrono::floor<Seconds>(instant);
}

}  // namespace callarchive
