#pragma once

#include "base/time.h"

#include <deque>

namespace callarchive {

/// Never more than `per_second` requests in any sliding second. One for each application, shared by
/// its entries, for the vendor counts them together.
class RateLimit {
  public:
    explicit RateLimit(int per_second) : per_second_(per_second) {}

    void set(int per_second) { per_second_ = per_second; }

    /// The earliest time, not before `now`, at which one more request keeps the limit.
    [[nodiscard]] Monotonic next(Monotonic now) const;

    /// A request goes out now. Requires next(now) <= now.
    void take(Monotonic now);

  private:
    int per_second_;
    std::deque<Monotonic> sent_;
};

}  // namespace callarchive
