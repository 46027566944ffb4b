#pragma once

#include "base/time.h"

#include <algorithm>
#include <random>

namespace callarchive {

/// How long to wait after the n-th failure in a row (from 1): doubled each time from `first` up to
/// `longest`, half of it drawn at random so that many clients do not come back together.
[[nodiscard]] inline Milliseconds back_off(int failures, Milliseconds first, Milliseconds longest,
                                           std::mt19937_64& random) {
    Milliseconds full = first;
    for (int i = 1; i < failures && full < longest; ++i)
        full *= 2;
    full = std::min(full, longest);
    std::uniform_int_distribution<Milliseconds::rep> draw{full.count() / 2, full.count()};
    return Milliseconds{draw(random)};
}

}  // namespace callarchive
