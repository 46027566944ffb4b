#include "store/call_query.h"

#include "store/user_walk.h"

#include <fmt/format.h>

#include <algorithm>
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

StoredCall stored_call_of(const CallRow& row) {
    const auto kept = [](const std::optional<std::string_view>& text) {
        return text ? std::optional<std::string>{*text} : std::nullopt;
    };
    return {.app = std::string{row.app},
            .sdk_app_id = row.sdk_app_id,
            .call_id = std::string{row.call_id},
            .media_type = kept(row.media_type),
            .call_type = kept(row.call_type),
            .call_result = kept(row.call_result),
            .room_id = kept(row.room_id),
            .caller = kept(row.caller),
            .callees = std::string{row.callees},
            .start_ts = row.start_ts,
            .accept_ts = row.accept_ts,
            .end_ts = row.end_ts,
            .started_at = kept(row.started_at),
            .accepted_at = kept(row.accepted_at),
            .ended_at = kept(row.ended_at),
            .answered = row.answered,
            .ring_seconds = row.ring_seconds,
            .talk_seconds = row.talk_seconds,
            .first_seen_at = std::string{row.first_seen_at},
            .changed_at = std::string{row.changed_at},
            .revision = row.revision,
            .room_id_type = row.room_id_type,
            .total_user_number = row.total_user_number,
            .extra = kept(row.extra),
            .replaced_at = std::nullopt};
}

namespace {

// Texts that are kept at once: a call may have ten thousand callees, and an id a megabyte.
constexpr std::size_t page_bytes_max = 8 << 20;
constexpr std::int64_t reserved_calls_max = 1000;

bool is_without_start(const Condition& range) {
    return range.sql.starts_with("c.start_ts IS NULL");
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
    /// The end of what was added last is put into `after`.
    PageBuilder(CallRowReader& reader, std::int64_t calls_max, std::optional<PagePosition>& after)
        : reader_(reader), calls_max_(calls_max), after_(after) {
        calls_.reserve(static_cast<std::size_t>(std::min(calls_max, reserved_calls_max)));
    }

    [[nodiscard]] std::int64_t wanted() const { return calls_max_ - std::ssize(calls_); }
    [[nodiscard]] bool is_full() const { return wanted() <= 0 || bytes_ >= page_bytes_max; }
    void add(const sqlite::Rows& rows) {
        calls_.push_back(stored_call_of(reader_.at(rows)));
        bytes_ += bytes_of(calls_.back());
        after_ = PagePosition{.start_ts = calls_.back().start_ts,
                              .call_no = rows.integer(CallRowReader::call_no_column)};
    }
    [[nodiscard]] CallPage take() {
        const bool full = is_full();
        return {.calls = std::move(calls_), .is_full = full};
    }

  private:
    CallRowReader& reader_;
    std::int64_t calls_max_;
    std::optional<PagePosition>& after_;
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
    const Condition without_start{"c.start_ts IS NULL AND c.call_no > ?",
                                  {after && !after->start_ts ? after->call_no : std::int64_t{-1}}};
    Condition with_start{"c.start_ts IS NOT NULL", {}};
    if (after && after->start_ts) {
        // The first half is implied by the second, and is what the index can be entered with.
        with_start.sql = newest_first ? "c.start_ts <= ? AND (c.start_ts < ? OR c.call_no < ?)"
                                      : "c.start_ts >= ? AND (c.start_ts > ? OR c.call_no > ?)";
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

CallPage CallQuery::page(sqlite::Database& database, CallRowReader& reader, std::int64_t limit,
                         std::optional<PagePosition>& after) const {
    PageBuilder page{reader, limit, after};
    const auto calls_of_user =
        order_ == CallOrder::newest_first ? UserWalk::of(database, asked_) : std::nullopt;
    for (const Condition& range : ranges(after)) {
        if (page.is_full()) break;
        if (calls_of_user && !is_without_start(range)) {
            calls_of_user->walk(database, std::optional{after}, [&](const sqlite::Rows& rows) {
                page.add(rows);
                return !page.is_full();
            });
        } else {
            run(database, range, page);
        }
    }
    return page.take();
}

std::string CallQuery::sql(const Condition& range, bool one_application) const {
    // Where there is one application, naming it changes no order, and the index has this one: else
    // SQLite sorts the calls of each second, which takes longer than reading them.
    const char* const application = one_application ? ", c.application_no" : "";
    std::string order = fmt::format(" ORDER BY c.start_ts{}, c.call_no", application);
    if (is_without_start(range)) {
        order = " ORDER BY c.call_no";
    } else if (order_ == CallOrder::newest_first) {
        order = fmt::format(" ORDER BY c.start_ts DESC{}, c.call_no DESC",
                            one_application ? ", c.application_no DESC" : "");
    }
    const std::string select =
        std::string{"SELECT "} + CallRowReader::columns + " FROM call AS c WHERE ";
    const std::string matching = range.sql + filter_.sql + order + " LIMIT ?";
    if (user_terms(asked_).empty()) return select + matching;
    // A person's calls are sorted: which first, and only then their many columns, or every one of
    // them would be looked up in full for the first fifty.
    return select + "c.call_no IN (SELECT c.call_no FROM call AS c WHERE " + matching + ")" + order;
}

void CallQuery::run(sqlite::Database& database, const Condition& range, PageBuilder& page) const {
    const bool one_application = database.integer("SELECT count(*) FROM application") == 1;
    sqlite::Statement statement{database, sql(range, one_application)};
    statement.begin(range.values.size() + filter_.values.size() + 1);
    const int after_range = range.bind_to(statement, 1);
    statement.bind(filter_.bind_to(statement, after_range), page.wanted());
    sqlite::Rows rows = statement.rows();
    while (!page.is_full() && rows.next())
        page.add(rows);
}

}  // namespace callarchive
