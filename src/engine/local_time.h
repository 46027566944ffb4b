#pragma once

#include "base/time.h"

#include <optional>

namespace callarchive {

/// Whether the local clock runs evenly. It says nothing of whether it is right: for services whose
/// answers carry no `Date` (RFC 9110, 6.6.1 allows it to an origin without a clock), or none that
/// makes sense, which leave no other time to tell a loss by.
class LocalTime {
  public:
    /// At each answer to a UserSig that was signed by this clock, so that a service which checks it
    /// agrees. `local` is what the clock shows, `at` is counted without steps.
    void observe(Instant local, Monotonic at);

    /// It has been observed for a day, and has not stepped in it.
    [[nodiscard]] bool is_steady(Instant local, Monotonic at) const;

  private:
    /// Without a step since the first observation.
    [[nodiscard]] bool has_gone_on_to(Instant local, Monotonic at) const;

    struct Observation {
        Instant local;
        Monotonic at;
    };
    std::optional<Observation> first_;  ///< since the last step
};

}  // namespace callarchive
