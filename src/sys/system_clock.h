#pragma once

#include "port/clock.h"

namespace callarchive {

/// The machine's clocks: CLOCK_REALTIME and CLOCK_BOOTTIME, which goes on while it sleeps.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] Instant wall() const override;
    [[nodiscard]] Monotonic monotonic() const override;
};

}  // namespace callarchive
