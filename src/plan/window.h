#pragma once

#include "base/time.h"

#include <algorithm>

namespace callarchive {

/// A stretch of one application's time line, from its first moment up to, not including, its last.
struct Window {
    Moment from;
    Moment to;

    [[nodiscard]] constexpr bool empty() const { return !(from < to); }
    [[nodiscard]] constexpr Seconds length() const { return empty() ? Seconds{0} : to - from; }
    [[nodiscard]] constexpr bool holds(Moment moment) const {
        return from <= moment && moment < to;
    }

    friend constexpr bool operator==(const Window&, const Window&) = default;
};

/// What two windows share; empty() where they share nothing.
[[nodiscard]] constexpr Window intersection(const Window& a, const Window& b) {
    return {.from = std::max(a.from, b.from), .to = std::min(a.to, b.to)};
}

}  // namespace callarchive
