#pragma once

#include "base/time.h"

namespace callarchive {

/// Where time comes from. The two clocks answer different questions: the wall clock says which
/// moment it is and may step; the monotonic clock says how much time went by and never does.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant wall() const = 0;
    [[nodiscard]] virtual Monotonic monotonic() const = 0;
};

}  // namespace callarchive
