#pragma once

#include "base/time.h"
#include "plan/window.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// What statistics say of some calls. A talk whose end is not known counts as 0 seconds.
struct Sums {
    std::int64_t calls = 0, answered = 0, talk_seconds = 0;
    std::int64_t longest_seconds = 0;  ///< the longest talk; 0 where nobody talked

    Sums& operator+=(const Sums& other);
    friend bool operator==(const Sums&, const Sums&) = default;
};

enum class GroupBy { nothing, time, result, type, media, user };

/// The stretch of the calendar (a day or an hour of some zone) that a moment lies in. It must hold
/// the moment, and be no shorter than a minute.
using Calendar = std::function<Window(Moment)>;

/// One group of calls. Nothing of it is set where the API did not give the value asked for, and for
/// everything together.
struct Group {
    std::optional<Window> span{};       ///< by time
    std::optional<std::string> name{};  ///< by anything else
    std::int64_t sdk_app_id{};          ///< by user: whose user it is
    Sums sums{};

    friend bool operator==(const Group&, const Group&) = default;
};

/// Where numbers are taken from. Both give the same: hourly sums, which the writer keeps, answer
/// for a year at once, where filter and groups allow it.
enum class CountFrom { hourly_sums_if_possible, calls };

}  // namespace callarchive
