#pragma once

#include "base/time.h"
#include "engine/scan.h"
#include "plan/ledger.h"
#include "plan/plan.h"
#include "port/http.h"
#include "store/archive.h"

#include <map>
#include <optional>

namespace callarchive {

/// A planned window while it is being read.
struct Reading {
    Reading(const PlannedWindow& what, const ScanLimits& limits, Monotonic now)
        : planned(what), scan(limits), started(now) {}

    PlannedWindow planned;
    Moment asked_until;  ///< the end that is asked for; beyond the window's for a sweep
    Scan scan;
    Monotonic started;
    /// Just before the first request: nothing that happened later may be claimed.
    std::optional<Instant> first_wall;
    Monotonic first_sent{};
    std::map<HttpTicket, int> pages_in_flight;
    int failures = 0;                   ///< of pages, since one last arrived
    std::optional<int> throttled_page;  ///< what was refused as too much, and has not come since
    bool again = false;                 ///< read once more because the first time did not add up
    RecordCounts counts;
    FilterEvidence evidence;
};

}  // namespace callarchive
