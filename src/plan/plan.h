#pragma once

#include "base/time.h"
#include "plan/ledger.h"
#include "plan/policy.h"
#include "plan/window.h"

#include <vector>

namespace callarchive {

/// Why a window is to be read.
enum class Purpose {
    poll,        ///< the newest moments
    first_read,  ///< moments that were never read: first fill, or catching up after an outage
    revisit,     ///< moments that have reached a revisit age since they were last read
    sweep,       ///< the whole retained stretch in one open-ended query (Ledger, FilterEvidence)
};

struct PlannedWindow {
    Window window;
    Purpose purpose = Purpose::poll;

    friend bool operator==(const PlannedWindow&, const PlannedWindow&) = default;
};

/// What to read next, in this order: the newest moments if their poll is due, then the rest of what
/// is due, soonest to leave the retention first, then a sweep. Empty when nothing is due. Windows
/// do not overlap (a sweep apart) and are no longer than policy.window_max (a sweep and a poll
/// apart). The same rule for minute one, for every day, and for the morning after an outage.
[[nodiscard]] std::vector<PlannedWindow> plan(const Ledger& ledger, Moment now,
                                              const Policy& policy);

/// When a poll is due next, seen from `now`; not before now.
[[nodiscard]] Moment next_poll(const Ledger& ledger, Moment now, const Policy& policy);

}  // namespace callarchive
