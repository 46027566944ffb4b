#pragma once

#include "sqlite/statement.h"
#include "store/call_id.h"
#include "store/names.h"
#include "store/view_time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callarchive {

/// One row of the view `calls` like StoredCall, but a look at it: texts are valid only while it is
/// given out.
struct CallRow {
    std::string_view app;
    std::int64_t sdk_app_id{};
    std::string_view call_id;
    std::optional<std::string_view> media_type, call_type, call_result, room_id, caller;
    std::string_view callees;
    std::optional<std::int64_t> start_ts, accept_ts, end_ts;
    std::optional<std::string_view> started_at, accepted_at, ended_at;
    bool answered = false;
    std::optional<std::int64_t> ring_seconds, talk_seconds;
    std::string_view first_seen_at, changed_at;
    std::int64_t revision = 1;
    std::optional<std::int64_t> room_id_type, total_user_number;
    std::optional<std::string_view> extra;
};

/// Reads rows of the table `call` as the view `calls` shows them, several times as fast as the
/// view, which looks every name up with a subselect. A test compares the two. Throws.
class CallRowReader {
  public:
    /// Remembers the ids of so many users: a multiple of 64 bytes each.
    CallRowReader(sqlite::Database& database, std::size_t users_remembered);

    /// Of `call AS c`, to be selected first and in this order.
    static const char* const columns;
    static constexpr int call_no_column = 0, application_no_column = 1, start_ts_column = 2;

    /// Valid until the next step of the rows and the next call.
    [[nodiscard]] const CallRow& at(const sqlite::Rows& rows);

    /// Looks every name up anew: for after another program has changed the file.
    void forget_names();

  private:
    Names apps_, sdk_app_ids_, media_types_, call_types_, call_results_, users_;
    CallIdText call_id_;
    ViewTime started_, accepted_, ended_, first_seen_, changed_;
    CallRow row_;
};

}  // namespace callarchive
