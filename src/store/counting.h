#pragma once

#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/reader.h"
#include "store/statistics.h"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace callarchive {

/// Counts calls in groups. For one question, inside of one snapshot. Throws.
class Counting {
  public:
    Counting(sqlite::Database& database, const CallFilter& filter, GroupBy by,
             const Calendar& calendar);

    [[nodiscard]] std::vector<Group> count(CountFrom from);

  private:
    /// Seconds, half open.
    struct Period {
        std::int64_t from, to;
    };
    /// What tells groups apart: the first second and the one after the last, a number of a small
    /// set, or a user's number. Nothing where the API did not give the value.
    using Key = std::optional<std::pair<std::int64_t, std::int64_t>>;

    void count_calls(std::optional<Period> period);
    void count_calls_without_start();
    void count_users();
    void count_hourly_sums();
    void count_rows(const std::string& where, const std::optional<Period>& period);
    [[nodiscard]] std::set<std::int64_t> hours_of_unknown_starts(const Period& hours);
    [[nodiscard]] Key key_of(std::int64_t dimension) const;
    [[nodiscard]] Key key_at(const std::optional<std::int64_t>& start_ts);
    [[nodiscard]] bool lies_in_one_group(std::int64_t hour_ts);
    [[nodiscard]] const char* dimension_column() const;
    [[nodiscard]] std::vector<Group> named_groups();

    sqlite::Database& database_;
    CallFilter filter_;
    GroupBy by_;
    const Calendar& calendar_;
    std::optional<Window> last_span_{};
    std::map<Key, Sums> groups_{};
    std::unordered_map<std::int64_t, Sums> users_{};
};

}  // namespace callarchive
