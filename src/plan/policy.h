#pragma once

#include "base/time.h"

#include <vector>

namespace callarchive {

/// When moments are read, as the configuration says it. Valid when `revisit` is not empty and
/// strictly rising, every duration is at least a second, and the last revisit age plus overlap plus
/// poll interval lies well inside the retention. The planner assumes nothing else: retention may
/// be a minute or a month.
struct Policy {
    std::vector<Seconds> revisit;  ///< ages at which every moment is read once more
    Seconds overlap{};             ///< how far each poll reaches back over what was already read
    Seconds poll_interval{};       ///< how often the newest moments are read
    Seconds retention{};           ///< how long the API keeps a record
    Seconds window_max{};          ///< the longest window to plan, but for a sweep

    /// The age from which on a read is the last one a moment needs.
    [[nodiscard]] Seconds final_age() const { return revisit.back(); }

    /// How long moments that have reached revisit age number `stage` (from 0) may wait so that one
    /// request reads a stretch of them. A fraction of the age, and never so long that the next
    /// stage, or the end of the retention, comes near.
    [[nodiscard]] Seconds patience(std::size_t stage) const;

    /// How often the whole retained stretch is read in one open-ended query while the filter might
    /// hide calls that straddle windows: often enough for every moment to be swept past
    /// final_age() in the first half of what is left of its retention, though a sweep waits for a
    /// poll and a clock that is behind by the overlap is believed.
    [[nodiscard]] Seconds sweep_interval() const;

    friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace callarchive
