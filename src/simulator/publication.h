#pragma once

#include "base/time.h"
#include "simulator/call.h"
#include "simulator/personality.h"

namespace callarchive::simulator {

/// When a record can be read, and what it says then.
class PublicationRules {
  public:
    /// `length_max` is the longest a call can last.
    PublicationRules(const Personality& personality, Milliseconds retention, std::uint64_t seed,
                     Seconds length_max);

    /// When the record first appears.
    [[nodiscard]] Instant appears(const Call& call) const;
    /// When the record as it is at `now` leaves the retention, or can no longer be asked for
    /// because a start beyond the retention is moved up. It is readable before that instant.
    [[nodiscard]] Instant expires(const Call& call, Instant now) const;
    [[nodiscard]] bool readable(const Call& call, Instant now) const {
        return appears(call) <= now && now < expires(call, now);
    }
    [[nodiscard]] Version version_at(const Call& call, Instant now) const;
    /// The first instant after `now` at which the record appears, changes or expires.
    [[nodiscard]] Instant next_change(const Call& call, Instant now) const;

    /// Seconds by which the start in a record can differ from the start in the world.
    [[nodiscard]] Seconds start_shift_max() const { return shift_max_; }
    /// How far before the retention a call may start and still be readable.
    [[nodiscard]] Seconds reach_before_retention() const;
    /// Whether records' starts are those of the world, in its order.
    [[nodiscard]] bool starts_fixed() const { return personality_.moved_share <= 0; }

  private:
    enum class Change { none, revised, flipping, moved };

    [[nodiscard]] Change change_of(const Call& call) const;
    [[nodiscard]] Instant changes_at(const Call& call) const;

    Personality personality_;
    Milliseconds retention_;
    Milliseconds revision_delay_;
    Milliseconds flip_period_;
    Seconds shift_max_;
    Seconds length_max_;
    std::uint64_t seed_;
    bool changes_;
};

/// The end of all time, for what never happens.
inline constexpr Instant never = Instant::max();

}  // namespace callarchive::simulator
