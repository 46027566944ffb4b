#pragma once

#include "base/time.h"
#include "sqlite/database.h"
#include "store/call_row.h"
#include "store/reader.h"

#include <functional>
#include <optional>

namespace callarchive {

/// Gives out all calls that match, in order of start, for `export`. Rows come straight from one
/// index of the table, in short read transactions: a long one would keep the writer's log from
/// ever being reused. Throws.
class CallStream {
  public:
    CallStream(sqlite::Database& database, const CallFilter& filter,
               std::optional<Moment> seen_since);

    void run(const CallTaker& taker);

  private:
    /// Where the last row was, in the order of index call_by_start.
    struct Position {
        std::int64_t start_ts, application_no, call_no;
    };
    enum class Ended { all_given, page_full };

    [[nodiscard]] std::optional<Position> first_position();
    void run_in_order_of_start(const CallTaker& taker);
    void run_by_user(const CallTaker& taker);
    [[nodiscard]] Ended give(sqlite::Rows& rows, const CallTaker& taker, Position& position);
    [[nodiscard]] std::vector<std::int64_t> calls_of_users();

    sqlite::Database& database_;
    CallFilter filter_;
    std::optional<Moment> seen_since_;
    CallRowReader reader_;
};

}  // namespace callarchive
