#pragma once

#include "base/time.h"
#include "port/http.h"

#include <optional>

namespace callarchive {

/// 2020-01-01: the API came later, and no server that speaks for it tells an earlier date.
inline constexpr Moment no_calls_before = moment_from_unix(1'577'836'800);

/// What the service's own `Date` headers say of the time. The header has whole seconds, cut off,
/// and was written before the answer arrived: each is a lower bound of the server's clock from then
/// on.
class ServerTime {
  public:
    /// A date before there was an API is no word of the time: whole windows would be asked for, and
    /// the archive's beginning set, by it.
    void observe(const HttpAnswer& answer, Monotonic received);

    /// The server's clock at `at` was at least this; at most about two seconds less than it truly
    /// was. Empty while no answer carried a date.
    [[nodiscard]] std::optional<Instant> at(Monotonic at) const;

    /// When a date was last heard. Empty while no answer carried one.
    [[nodiscard]] std::optional<Monotonic> heard() const;

    /// The time to work with, not ahead of the server's: the local clock's while it is behind what
    /// the server is known to have reached, by at most `tolerance`; else that.
    [[nodiscard]] Instant trusted(Instant local, Monotonic at, Seconds tolerance) const;

    /// The other way round, not behind the server's: the local clock's while it is ahead of what
    /// the server is known to have reached by no more than a header leaves open; else that.
    [[nodiscard]] Instant latest(Instant local, Monotonic at) const;

    /// How far the local clock is off (positive: ahead); zero while it agrees within two seconds.
    [[nodiscard]] Seconds skew(Instant local, Monotonic at) const;

  private:
    std::optional<Instant> date_;
    Monotonic received_{};
    std::optional<Monotonic> heard_;
};

}  // namespace callarchive
