#pragma once

#include "base/time.h"
#include "plan/coverage.h"
#include "plan/policy.h"
#include "plan/window.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace callarchive {

/// One open-ended query over everything from `from` on, finished completely.
struct Sweep {
    Moment from;
    Moment as_of;

    friend bool operator==(const Sweep&, const Sweep&) = default;
};

/// What the application's own answers have shown of the filter, whose reading is not documented.
/// Calls that started inside the asked window and ended after it disprove that the filter looks at
/// the end; calls that started before it and ended inside disprove that it looks at the start.
/// Either disproves that a call must lie in the window whole, which would hide calls across two
/// windows.
struct FilterEvidence {
    std::int64_t ended_after = 0;
    std::int64_t started_before = 0;

    /// One odd answer proves nothing: as many calls as this must have said the same.
    static constexpr std::int64_t enough = 3;

    [[nodiscard]] bool straddlers_are_returned() const {
        return ended_after >= enough || started_before >= enough;
    }
    friend bool operator==(const FilterEvidence&, const FilterEvidence&) = default;
};

/// All that is remembered of having read one application, and what follows from it. Pure values:
/// the clock is an argument.
struct Ledger {
    explicit Ledger(Moment beginning) : coverage(beginning) {}

    Coverage coverage;
    std::optional<Sweep> sweep;
    FilterEvidence evidence;
    /// While the very first reads are under way the oldest moments leave the API's window before
    /// anybody could have read them. Up to here they are not the archive's time instead of a gap.
    Moment beginning_may_move_to{};
    /// Gaps detected up to here have been acknowledged by a person.
    Moment acknowledged_until{};

    /// A window was read completely; `as_of` lies just before its first request was sent. Moments
    /// keep the later of two reads; final moments and gaps stay what they are.
    void record_read(const Window& window, Moment as_of, const Policy& policy);

    /// An open-ended query was read completely.
    void record_sweep(const Sweep& done, const Policy& policy);

    /// Makes final what has become so, after `evidence` changed or a policy did.
    void settle(const Policy& policy);

    /// While nothing was read for certain at the very beginning yet, moves it towards
    /// `earliest_readable`, as far as beginning_may_move_to.
    void trim_beginning(Moment earliest_readable);

    /// Sets the beginning right before anything was read: a clock that was wrong had set it. Does
    /// nothing once something was read or lost.
    void begin_anew(Moment beginning);

    /// Declares as gaps what has left the retention at `now` without being final. Gives back the
    /// stretches that became gaps by this call.
    std::vector<Segment> expire(Moment now, const Policy& policy);
    /// The same for what lies before `edge`, where it is known at `now` that it cannot be read any
    /// more.
    std::vector<Segment> expire_before(Moment edge, Moment now, const Policy& policy);

    /// Everything before it is final or a recorded gap.
    [[nodiscard]] Moment cursor() const;
    /// Everything before it was read at least once or is a recorded gap.
    [[nodiscard]] Moment head() const;
    /// How long until the oldest moment that was never read leaves the retention; negative when
    /// it has. Never more than the retention.
    [[nodiscard]] Seconds margin(Moment now, const Policy& policy) const;

    friend bool operator==(const Ledger&, const Ledger&) = default;
};

}  // namespace callarchive
