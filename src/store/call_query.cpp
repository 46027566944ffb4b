#include "store/call_query.h"

#include "store/user_walk.h"

#include <cstddef>
#include <iterator>
#include <utility>

namespace callarchive {

const char* const stored_call_columns =
    "app, sdk_app_id, call_id, media_type, call_type, call_result, room_id, caller, callees, "
    "start_ts, accept_ts, end_ts, started_at, accepted_at, ended_at, answered, ring_seconds, "
    "talk_seconds, first_seen_at, changed_at, revision, room_id_type, total_user_number, extra";

StoredCall stored_call_at(const sqlite::Rows& rows) {
    StoredCall call;
    int column = 0;
    call.app = rows.text(column++);
    call.sdk_app_id = rows.integer(column++);
    call.call_id = rows.text(column++);
    call.media_type = rows.optional_text(column++);
    call.call_type = rows.optional_text(column++);
    call.call_result = rows.optional_text(column++);
    call.room_id = rows.optional_text(column++);
    call.caller = rows.optional_text(column++);
    call.callees = rows.text(column++);
    call.start_ts = rows.optional_integer(column++);
    call.accept_ts = rows.optional_integer(column++);
    call.end_ts = rows.optional_integer(column++);
    call.started_at = rows.optional_text(column++);
    call.accepted_at = rows.optional_text(column++);
    call.ended_at = rows.optional_text(column++);
    call.answered = rows.integer(column++) != 0;
    call.ring_seconds = rows.optional_integer(column++);
    call.talk_seconds = rows.optional_integer(column++);
    call.first_seen_at = rows.text(column++);
    call.changed_at = rows.text(column++);
    call.revision = rows.integer(column++);
    call.room_id_type = rows.optional_integer(column++);
    call.total_user_number = rows.optional_integer(column++);
    call.extra = rows.optional_text(column++);
    return call;
}

namespace {

// Texts that are kept at once: a call may have ten thousand callees, and an id a megabyte.
constexpr std::size_t page_bytes_max = 8 << 20;

bool is_without_start(const Condition& range) {
    return range.sql.starts_with("start_ts IS NULL");
}

std::size_t bytes_of(const StoredCall& call) {
    std::size_t bytes = sizeof call + call.call_id.size() + call.callees.size();
    for (const auto* text : {&call.room_id, &call.caller, &call.extra})
        bytes += *text ? (*text)->size() : 0;
    return bytes;
}

}  // namespace

/// A page that is filled until it has as many calls, or as many bytes, as it may.
class PageBuilder {
  public:
    explicit PageBuilder(std::int64_t calls_max) : calls_max_(calls_max) {}

    [[nodiscard]] std::int64_t wanted() const { return calls_max_ - std::ssize(calls_); }
    [[nodiscard]] bool is_full() const { return wanted() <= 0 || bytes_ >= page_bytes_max; }
    /// The call's start.
    std::optional<std::int64_t> add(StoredCall call) {
        bytes_ += bytes_of(call);
        calls_.push_back(std::move(call));
        return calls_.back().start_ts;
    }
    [[nodiscard]] CallPage take() {
        const bool full = is_full();
        return {.calls = std::move(calls_), .is_full = full};
    }

  private:
    std::int64_t calls_max_;
    std::size_t bytes_ = 0;
    std::vector<StoredCall> calls_;
};

CallQuery::CallQuery(const CallFilter& filter, CallOrder order)
    : asked_(filter),
      filter_(condition_of(filter)),
      order_(order),
      starts_only_(filter.since.has_value() || filter.until.has_value()) {}

/// What may still come after a page, as ranges of the index call_by_start in their order. SQLite
/// gives one range for (start, number) pairs only where neither is NULL, so calls without a start
/// are a range of their own.
std::vector<Condition> CallQuery::ranges(const std::optional<PagePosition>& after) const {
    const bool newest_first = order_ == CallOrder::newest_first;
    const Condition without_start{"start_ts IS NULL AND call_no > ?",
                                  {after && !after->start_ts ? after->call_no : std::int64_t{-1}}};
    Condition with_start{"start_ts IS NOT NULL", {}};
    if (after && after->start_ts) {
        // The first half is implied by the second, and is what the index can be entered with.
        with_start.sql = newest_first ? "start_ts <= ? AND (start_ts < ? OR call_no < ?)"
                                      : "start_ts >= ? AND (start_ts > ? OR call_no > ?)";
        with_start.values = {*after->start_ts, *after->start_ts, after->call_no};
    }
    std::vector<Condition> all;
    if (newest_first) {
        if (!after || after->start_ts) all.push_back(with_start);
        if (!starts_only_) all.push_back(without_start);
    } else {
        if (!starts_only_ && (!after || !after->start_ts)) all.push_back(without_start);
        all.push_back(with_start);
    }
    return all;
}

CallPage CallQuery::page(sqlite::Database& database, std::int64_t limit,
                         std::optional<PagePosition>& after) const {
    PageBuilder page{limit};
    const auto calls_of_user =
        order_ == CallOrder::newest_first ? UserWalk::of(database, asked_) : std::nullopt;
    for (const Condition& range : ranges(after)) {
        if (page.is_full()) break;
        if (calls_of_user && !is_without_start(range)) {
            walk(database, *calls_of_user, page, after);
        } else {
            run(database, range, page, after);
        }
    }
    return page.take();
}

void CallQuery::walk(sqlite::Database& database, const UserWalk& calls, PageBuilder& page,
                     std::optional<PagePosition>& after) const {
    sqlite::Statement one{database, std::string{"SELECT "} + stored_call_columns +
                                        " FROM call_row WHERE call_no = ?"};
    for (const std::int64_t call_no : calls.next(database, page.wanted(), after)) {
        if (page.is_full()) return;
        sqlite::Rows rows = one.query(call_no);
        if (!rows.next()) continue;
        after = PagePosition{.start_ts = page.add(stored_call_at(rows)), .call_no = call_no};
    }
}

void CallQuery::run(sqlite::Database& database, const Condition& range, PageBuilder& page,
                    std::optional<PagePosition>& after) const {
    const bool null_range = is_without_start(range);
    std::string order = null_range ? " ORDER BY call_no" : " ORDER BY start_ts, call_no";
    if (!null_range && order_ == CallOrder::newest_first) {
        order = " ORDER BY start_ts DESC, call_no DESC";
    }
    // Which calls first, and only then their many columns: a user's calls are sorted, and without
    // this every one of them would be looked up in full for the first fifty.
    const std::string matching =
        "SELECT c.call_no FROM call AS c WHERE " + range.sql + filter_.sql + order + " LIMIT ?";
    const std::string columns = std::string{"SELECT "} + stored_call_columns + ", call_no";
    sqlite::Statement statement{
        database, columns + " FROM call_row WHERE call_no IN (" + matching + ")" + order};
    statement.begin(range.values.size() + filter_.values.size() + 1);
    const int after_range = range.bind_to(statement, 1);
    statement.bind(filter_.bind_to(statement, after_range), page.wanted());
    sqlite::Rows rows = statement.rows();
    while (!page.is_full() && rows.next()) {
        const auto start_ts = page.add(stored_call_at(rows));
        after = PagePosition{.start_ts = start_ts, .call_no = rows.integer(24)};
    }
}

}  // namespace callarchive
