#pragma once

#include "port/clock.h"

namespace callarchive {

/// Stands still until the test moves it.
class TestClock : public Clock {
  public:
    [[nodiscard]] Instant wall() const override { return Instant{now}; }
    [[nodiscard]] Monotonic monotonic() const override { return Monotonic{now}; }
    Milliseconds now{0};  // the smallest a machine that has just started can say
};

}  // namespace callarchive
