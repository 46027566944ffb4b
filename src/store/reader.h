#pragma once

#include "base/result.h"
#include "base/time.h"
#include "plan/coverage.h"
#include "plan/ledger.h"
#include "store/source.h"
#include "store/statistics.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// One row of the view `calls`, as people get to see it.
struct StoredCall {
    std::string app;
    std::int64_t sdk_app_id{};
    std::string call_id;
    std::optional<std::string> media_type, call_type, call_result, room_id, caller;
    std::string callees;  ///< JSON array of strings
    std::optional<std::int64_t> start_ts, accept_ts, end_ts;
    std::optional<std::string> started_at, accepted_at, ended_at;
    bool answered = false;
    std::optional<std::int64_t> ring_seconds, talk_seconds;
    std::string first_seen_at, changed_at;
    std::int64_t revision = 1;
    std::optional<std::int64_t> room_id_type, total_user_number;
    std::optional<std::string> extra;
    std::optional<std::string> replaced_at;  ///< of an earlier version: when it was replaced
};

/// Which calls are asked for; an empty filter is all. Texts are compared exactly.
struct CallFilter {
    std::optional<std::string> app{}, user{}, caller{}, callee{}, result{}, type{}, media{}, room{};
    std::optional<Moment> since{};  ///< inclusive, by start
    std::optional<Moment> until{};  ///< exclusive, by start
    std::optional<Seconds> min_talk{}, max_talk{};
};

/// Something asked for by a name that no call of the archive ever had.
struct UnknownName {
    std::string option, name;          ///< --result, normalend
    std::vector<std::string> known{};  ///< what there is; of users nothing
};

struct CallRow;

/// Who gets a stream of calls. `take` is called inside of a read transaction and must not wait for
/// anybody; it returns false when it wants `between_pages`, which may write what was gathered, take
/// its time, and return false to end it all.
struct CallTaker {
    std::function<bool(const CallRow&)> take;
    std::function<bool()> between_pages;
};

enum class CallOrder { newest_first, oldest_first };

/// What `status` and `gaps` tell of one source.
struct SourceStatus {
    SourceNo source{};
    SourceIdentity identity;
    Ledger ledger{Moment{}};
    Seconds retention{};
    std::int64_t records = 0;
    std::optional<Moment> last_success_at, last_error_at;
    std::optional<std::string> last_error;
};

/// The archive for those who only ask. Opens read-only, never blocks the writer, works while a
/// daemon runs. A missing, foreign, damaged or newer file is a clear error.
class Reader {
  public:
    [[nodiscard]] static Result<Reader> open(const std::string& path);
    Reader(Reader&&) noexcept;
    Reader& operator=(Reader&&) noexcept;
    ~Reader();

    [[nodiscard]] Result<std::vector<SourceStatus>> status();

    /// Calls that match, one at a time and in constant memory; `take` returns false to stop.
    /// limit 0: all.
    [[nodiscard]] Result<Done> calls(const CallFilter& filter, CallOrder order, std::int64_t limit,
                                     const std::function<bool(const StoredCall&)>& take);

    /// All calls that match in order of start, in constant memory and as fast as the disk gives
    /// them; with `seen_since` only those first seen, or changed, at that moment or later. A call
    /// whose start is corrected while this goes on may come twice or not at all: it has changed, so
    /// the next one with seen_since has it.
    [[nodiscard]] Result<Done> stream(const CallFilter& filter, std::optional<Moment> seen_since,
                                      const CallTaker& taker);

    /// Sums over the calls that match, one for each group that has any, in order of time; other
    /// groups are in no order. The calendar counts for groups by time alone.
    [[nodiscard]] Result<std::vector<Group>> count(
        const CallFilter& filter, GroupBy by, const Calendar& calendar,
        CountFrom from = CountFrom::hourly_sums_if_possible);

    /// Which names of the filter the archive does not know: then no call can match.
    [[nodiscard]] Result<std::vector<UnknownName>> unknown_names(const CallFilter& filter);

    /// The current versions of a call id (one for each application that has it) and, for each,
    /// the earlier ones, oldest first. Empty where there is no such call.
    struct CallHistory {
        StoredCall current;
        std::vector<StoredCall> earlier;
    };
    [[nodiscard]] Result<std::vector<CallHistory>> history(const std::string& call_id);

  private:
    struct State;
    explicit Reader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Acknowledges all gaps detected until `now`, in all applications. May run beside the daemon.
[[nodiscard]] Result<Done> acknowledge_gaps(const std::string& path, Moment now);

}  // namespace callarchive
