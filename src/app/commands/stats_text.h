#pragma once

#include "app/commands/calendar.h"
#include "base/time.h"
#include "store/statistics.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// The answer of `stats`, ready to be shown.
struct Stats {
    std::optional<Moment> since{}, until{};  ///< as asked for
    Sums total{};
    std::string by{};             ///< day, hour, result, type, media, user; empty: no groups
    std::vector<Group> groups{};  ///< in the order to be shown
    CalendarUnit unit = CalendarUnit::day;
    bool local = false;
};

/// Groups as people want to see them: times in order and without holes, others with the most calls
/// first, and what the API did not tell last.
[[nodiscard]] std::vector<Group> arranged(std::vector<Group> groups, const Calendar& calendar);

/// For a terminal of so many columns, with bars and a line of the course; for 0 columns, which is
/// no terminal, without.
[[nodiscard]] std::string stats_for_people(const Stats& stats, std::size_t columns);

[[nodiscard]] std::string stats_as_json(const Stats& stats);

}  // namespace callarchive
