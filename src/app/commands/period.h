#pragma once

#include "base/time.h"
#include "plan/coverage.h"
#include "plan/window.h"
#include "store/reader.h"

#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// What the ledger of one application says of a period that somebody asked about.
struct PeriodStanding {
    /// From where the archive knows of calls at all, where the period begins earlier.
    std::optional<Moment> archive_begins{};
    std::vector<Segment> gaps{};  ///< cut to the period
    /// Never read, and too old to be read any more; recorded as a gap when the daemon runs again.
    std::optional<Window> out_of_reach{};
    std::optional<Window> unread{};     ///< never read yet
    std::optional<Moment> open_from{};  ///< read, but calls may be added from here on
    bool in_the_future = false, is_empty = false;

    [[nodiscard]] bool complete() const {
        return !archive_begins && gaps.empty() && !out_of_reach && !unread && !open_from &&
               !in_the_future && !is_empty;
    }
};

/// As asked: an end that is not given is the end of the archive's time, which is now.
struct Period {
    std::optional<Moment> since{}, until{};
};

/// Moments later than `now` are no part of any period: nothing has happened there yet.
[[nodiscard]] PeriodStanding standing_of_period(const Coverage& coverage, const Period& period,
                                                Moment now, Seconds retention);

/// One or two lines without the name of the application.
[[nodiscard]] std::vector<std::string> in_words(const PeriodStanding& standing);

/// The lines that an answer ends with, for each application that the filter asks for.
[[nodiscard]] std::vector<std::string> period_in_words(const std::vector<SourceStatus>& sources,
                                                       const CallFilter& filter, Moment now);

/// Writes them to standard error.
void tell_period(const std::vector<SourceStatus>& sources, const CallFilter& filter, Moment now);

}  // namespace callarchive
