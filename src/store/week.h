#pragma once

#include <cstdint>

namespace callarchive {

constexpr std::int64_t week_seconds = 604'800;

/// The week a time in unix seconds lies in, counted from the epoch.
[[nodiscard]] constexpr std::int64_t week_of(std::int64_t time) {
    return time / week_seconds - (time % week_seconds < 0 ? 1 : 0);
}

/// How many seconds of its week lie before a time: 0 to 604,799.
[[nodiscard]] constexpr std::int64_t second_of_week(std::int64_t time) {
    const std::int64_t past = time % week_seconds;
    return past < 0 ? past + week_seconds : past;
}

/// The time of a second of a week. Of one that no time has, as damage may tell, any.
[[nodiscard]] constexpr std::int64_t time_of(std::int64_t week, std::int64_t second) {
    // Unsigned, for the first week begins before the first second that 64 bits can say.
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(week) *
                                         static_cast<std::uint64_t>(week_seconds) +
                                     static_cast<std::uint64_t>(second));
}

}  // namespace callarchive
