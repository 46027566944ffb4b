#include "store/call_stream.h"

#include "store/condition.h"
#include "store/week.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace callarchive {
namespace {

// Of a transaction; the taker ends most of them earlier, when its buffer is full.
constexpr int page_calls_max = 20'000;

// Those who are busy on one day; about 4 MB.
constexpr std::size_t users_remembered = 65'536;

// Calls are numbered as they arrive, but a clock that was set back gives a later call an earlier
// time. Nothing is missed where that was less than this.
constexpr std::int64_t clock_step_max = 86'400;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

/// The first call that can have been seen at `seen_ts` or later.
std::int64_t first_call_seen_since(sqlite::Database& database, std::int64_t seen_ts) {
    sqlite::Statement probe{database,
                            "SELECT first_seen_ts FROM call WHERE call_no >= ? ORDER BY call_no "
                            "LIMIT 1"};
    std::int64_t low = 0;
    std::int64_t high = database.integer("SELECT max(call_no) FROM call") + 1;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        sqlite::Rows rows = probe.query(middle);
        if (rows.next() && rows.integer(0) < seen_ts - clock_step_max) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

std::optional<std::int64_t> earliest_start(sqlite::Database& database, const char* sql,
                                           std::int64_t of) {
    sqlite::Statement statement{database, sql};
    sqlite::Rows rows = statement.query(of);
    return rows.next() ? rows.optional_integer(0) : std::nullopt;
}

Condition seen_condition(const std::optional<Moment>& seen_since) {
    Condition condition;
    if (seen_since) {
        const std::int64_t since = unix_seconds(*seen_since);
        condition.add("(c.first_seen_ts >= ? OR c.changed_ts >= ?)", {since, since});
    }
    return condition;
}

}  // namespace

CallStream::CallStream(sqlite::Database& database, const CallFilter& filter,
                       std::optional<Moment> seen_since)
    : database_(database),
      filter_(filter),
      seen_since_(seen_since),
      reader_(database, users_remembered) {}

void CallStream::run(const CallTaker& taker) {
    if (user_terms(filter_).empty()) {
        run_in_order_of_start(taker);
    } else {
        run_by_user(taker);
    }
}

/// Nothing where no call with a start can match. What was seen lately nearly always started
/// lately: it is found by number and by change, and then everything before its earliest start can
/// be left out.
std::optional<CallStream::Position> CallStream::first_position() {
    Position position{.start_ts = least, .application_no = least, .call_no = least};
    if (filter_.since) position.start_ts = unix_seconds(*filter_.since);
    if (!seen_since_) return position;
    const std::int64_t seen_ts = unix_seconds(*seen_since_);
    const auto added =
        earliest_start(database_, "SELECT min(start_ts) FROM call NOT INDEXED WHERE call_no >= ?",
                       first_call_seen_since(database_, seen_ts));
    const auto changed = earliest_start(
        database_, "SELECT min(start_ts) FROM call INDEXED BY call_by_change WHERE changed_ts >= ?",
        seen_ts);
    if (!added && !changed) return std::nullopt;
    constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    position.start_ts =
        std::max(position.start_ts, std::min(added.value_or(never), changed.value_or(never)));
    return position;
}

void CallStream::run_in_order_of_start(const CallTaker& taker) {
    Condition condition = condition_of(filter_);
    condition.add(seen_condition(seen_since_));
    // INDEXED BY, because the order of the index is what makes this constant in memory.
    const std::string select = std::string{"SELECT "} + CallRowReader::columns +
                               " FROM call AS c INDEXED BY call_by_start WHERE ";
    const auto run_range = [&](const std::string& range, Position position) {
        sqlite::Statement statement{database_, select + range + condition.sql +
                                                   " ORDER BY c.start_ts, c.application_no, "
                                                   "c.call_no"};
        const bool has_start = range.find("IS NULL") == std::string::npos;
        while (true) {
            Ended ended = Ended::all_given;
            {
                statement.begin(condition.values.size() + (has_start ? 5 : 3));
                int next = 1;
                if (has_start) {
                    statement.bind(next++, position.start_ts);
                    statement.bind(next++, position.start_ts);
                }
                statement.bind(next++, position.application_no);
                statement.bind(next++, position.application_no);
                statement.bind(next++, position.call_no);
                static_cast<void>(condition.bind_to(statement, next));
                sqlite::Rows rows = statement.rows();
                ended = give(rows, taker, position);
            }
            if (!taker.between_pages()) return false;
            if (ended == Ended::all_given) return true;
        }
    };
    const std::string after = "(c.application_no > ? OR (c.application_no = ? AND c.call_no > ?))";
    const bool starts_only = filter_.since || filter_.until;
    if (!starts_only && !run_range("c.start_ts IS NULL AND " + after, {least, least, least})) {
        return;
    }
    const auto first = first_position();
    if (!first) return;
    // The first half is implied by the second, and is what the index can be entered with.
    run_range("c.start_ts >= ? AND (c.start_ts > ? OR " + after + ")", *first);
}

CallStream::Ended CallStream::give(sqlite::Rows& rows, const CallTaker& taker, Position& position) {
    for (int given = 0; given < page_calls_max; ++given) {
        if (!rows.next()) return Ended::all_given;
        const bool more = taker.take(reader_.at(rows));
        if (more && given + 1 < page_calls_max) continue;
        position = {.start_ts = rows.integer(CallRowReader::start_ts_column),
                    .application_no = rows.integer(CallRowReader::application_no_column),
                    .call_no = rows.integer(CallRowReader::call_no_column)};
        return Ended::page_full;
    }
    return Ended::page_full;
}

/// The numbers of all calls of the users asked for, in order of start: eight bytes for each of
/// their calls are kept, instead of sorting them again for each page.
std::vector<std::int64_t> CallStream::calls_of_users() {
    using Key = std::pair<std::int64_t, std::int64_t>;
    std::optional<std::vector<Key>> all;
    for (const UserTerm& term : user_terms(filter_)) {
        const Condition condition = participants_of(term, filter_);
        sqlite::Statement list{
            database_, "SELECT p.week, p.second, p.call_roles / 4 FROM participant AS p WHERE " +
                           condition.sql + " ORDER BY p.week, p.second, p.call_roles"};
        list.begin(condition.values.size());
        static_cast<void>(condition.bind_to(list, 1));
        sqlite::Rows rows = list.rows();
        std::vector<Key> keys;
        while (rows.next())
            keys.emplace_back(time_of(rows.integer(0), rows.integer(1)), rows.integer(2));
        if (!all) {
            all = std::move(keys);
            continue;
        }
        std::vector<Key> both;
        std::set_intersection(all->begin(), all->end(), keys.begin(), keys.end(),
                              std::back_inserter(both));
        all = std::move(both);
    }
    std::vector<std::int64_t> numbers;
    numbers.reserve(all->size());
    for (const Key& key : *all)
        numbers.push_back(key.second);
    return numbers;
}

void CallStream::run_by_user(const CallTaker& taker) {
    Condition condition = condition_of(filter_, Users::left_out);
    condition.add(seen_condition(seen_since_));
    const std::string select = std::string{"SELECT "} + CallRowReader::columns +
                               " FROM call AS c WHERE c.call_no = ?" + condition.sql;
    const std::vector<std::int64_t> numbers = calls_of_users();
    // A call without a start stands among the participants at the time it was first seen, but
    // comes before all others.
    for (const char* half : {" AND c.start_ts IS NULL", " AND c.start_ts IS NOT NULL"}) {
        sqlite::Statement statement{database_, select + half};
        for (const std::int64_t call_no : numbers) {
            bool more = true;
            {
                statement.begin(condition.values.size() + 1);
                statement.bind(1, call_no);
                static_cast<void>(condition.bind_to(statement, 2));
                sqlite::Rows rows = statement.rows();
                if (rows.next()) more = taker.take(reader_.at(rows));
            }
            if (!more && !taker.between_pages()) return;
        }
    }
    static_cast<void>(taker.between_pages());
}

}  // namespace callarchive
