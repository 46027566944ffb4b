#pragma once

#include "base/time.h"
#include "sqlite/statement.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace callarchive {

constexpr std::int64_t week_seconds = 604'800;

/// The week a second lies in, counted from the epoch.
[[nodiscard]] constexpr std::int64_t week_of(std::int64_t seconds) {
    return seconds / week_seconds - (seconds % week_seconds < 0 ? 1 : 0);
}

/// The week of a start that the API may tell at `now`; nothing where it is missing or so far off
/// that later lookups would not come there (milliseconds taken for seconds, say).
[[nodiscard]] std::optional<std::int64_t> bucket_of_start(const std::optional<Moment>& start,
                                                          Moment now, Seconds retention);

/// In which buckets of the index call_by_id a call id may be. Throws.
class Buckets {
  public:
    explicit Buckets(sqlite::Database& database);

    /// The buckets to look in, the likeliest first: every one that holds calls of the application
    /// and that a record returned at `now` can be in.
    [[nodiscard]] const std::vector<std::int64_t>& candidates(std::int64_t application_no,
                                                              std::int64_t likeliest, Moment now,
                                                              Seconds retention);
    /// A call was put there.
    void filled(std::int64_t application_no, std::int64_t bucket);

    void forget() { filled_.clear(); }

  private:
    [[nodiscard]] bool is_filled(std::int64_t application_no, std::int64_t bucket);

    sqlite::Statement any_;
    std::map<std::pair<std::int64_t, std::int64_t>, bool> filled_;
    std::vector<std::int64_t> candidates_;
};

}  // namespace callarchive
