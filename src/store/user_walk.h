#pragma once

#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/call_query.h"
#include "store/condition.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace callarchive {

/// The calls of one person that have a start, newest first. Participants lie by week, person and
/// start, so that the newest of years of calls are found by walking back week by week, without
/// sorting any. Throws.
class UserWalk {
  public:
    /// Nothing where the filter asks for nobody, or for an id that several applications know:
    /// their calls would have to be merged.
    [[nodiscard]] static std::optional<UserWalk> of(sqlite::Database& database,
                                                    const CallFilter& filter);

    /// Gives out the calls that match and come after `after`, in order, as rows for a
    /// CallRowReader, until `take` returns false.
    void walk(sqlite::Database& database, const std::optional<PagePosition>& after,
              const std::function<bool(const sqlite::Rows&)>& take) const;

  private:
    UserWalk(std::int64_t user_no, const CallFilter& filter);

    std::int64_t user_no_;
    const char* role_ = "";
    std::optional<std::int64_t> since_ts_, until_ts_;
    Condition rest_;  ///< what else is asked, of `call AS c`
};

}  // namespace callarchive
