#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstddef>
#include <deque>

namespace callarchive::simulator {

/// Counts events in any sliding second: those in (now − 1 s, now].
class SlidingSecond {
  public:
    /// How many lie within the second that ends at `now`.
    [[nodiscard]] std::size_t count(Instant now) {
        while (!times_.empty() && times_.front() + Seconds{1} <= now)
            times_.pop_front();
        return times_.size();
    }
    void add(Instant now) {
        // A clock that stepped back must not leave events that never grow old.
        while (!times_.empty() && times_.back() > now)
            times_.pop_back();
        times_.push_back(now);
        peak_ = std::max(peak_, count(now));
    }
    [[nodiscard]] std::size_t peak() const { return peak_; }

  private:
    std::deque<Instant> times_;
    std::size_t peak_ = 0;
};

}  // namespace callarchive::simulator
