#pragma once

#include "port/clock.h"

namespace callarchive::testing {

/// Time that passes only when the simulation says so. The wall clock is true time and an error that
/// the simulation may set at any moment; the monotonic clock never steps.
class VirtualClock final : public Clock {
  public:
    explicit VirtualClock(Instant begin) : begin_(begin), true_now_(begin) {}

    [[nodiscard]] Instant wall() const override { return true_now_ + wall_error_; }
    [[nodiscard]] Monotonic monotonic() const override {
        return Monotonic{Milliseconds{1'000'000} + (true_now_ - begin_)};
    }

    [[nodiscard]] Instant true_now() const { return true_now_; }
    void advance(Milliseconds by) { true_now_ += by; }
    void set_wall_error(Milliseconds error) { wall_error_ = error; }

  private:
    Instant begin_;
    Instant true_now_;
    Milliseconds wall_error_{0};
};

}  // namespace callarchive::testing
