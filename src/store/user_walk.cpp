#include "store/user_walk.h"

#include "sqlite/statement.h"
#include "store/call_row.h"
#include "store/week.h"

#include <algorithm>
#include <limits>

namespace callarchive {
namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::optional<UserWalk> UserWalk::of(sqlite::Database& database, const CallFilter& filter) {
    const std::vector<UserTerm> terms = user_terms(filter);
    if (terms.empty()) return std::nullopt;
    sqlite::Statement find{database, "SELECT user_no FROM user WHERE user_id = ?"};
    sqlite::Rows rows = find.query(terms.front().user_id);
    // Nobody has this id: then no call has this number of a person.
    const std::int64_t user_no = rows.next() ? rows.integer(0) : 0;
    if (rows.next()) return std::nullopt;
    return UserWalk{user_no, filter};
}

UserWalk::UserWalk(std::int64_t user_no, const CallFilter& filter) : user_no_(user_no) {
    role_ = user_terms(filter).front().role;
    CallFilter rest = filter;
    (rest.user ? rest.user : rest.caller ? rest.caller : rest.callee).reset();
    rest_ = condition_of(rest);
    if (filter.since) since_ts_ = unix_seconds(*filter.since);
    if (filter.until) until_ts_ = unix_seconds(*filter.until);
}

void UserWalk::walk(sqlite::Database& database, const std::optional<PagePosition>& after,
                    const std::function<bool(const sqlite::Rows&)>& take) const {
    // Everything at or before this start, and of that start only the smaller numbers.
    std::int64_t last_ts = until_ts_.value_or(most);
    std::int64_t before_no = until_ts_ ? least : most;
    if (after && after->start_ts.value_or(most) < last_ts) {
        last_ts = *after->start_ts;
        before_no = after->call_no;
    }
    sqlite::Statement earlier{database, "SELECT max(week) FROM participant WHERE week <= ?"};
    sqlite::Statement calls_of_week{
        database, std::string{"SELECT "} + CallRowReader::columns +
                      " FROM participant AS p CROSS JOIN call AS c ON c.call_no = p.call_roles / 4 "
                      "WHERE p.week = ? AND p.user_no = ? AND p.second BETWEEN ? AND ? "
                      "AND (p.second < ? OR p.call_roles / 4 < ?) AND c.start_ts IS NOT NULL" +
                      std::string{role_} + rest_.sql +
                      " ORDER BY p.second DESC, p.call_roles DESC"};

    const std::int64_t first_ts = since_ts_.value_or(least);
    for (std::int64_t week = week_of(last_ts);; --week) {
        {
            sqlite::Rows rows = earlier.query(week);
            if (!rows.next() || rows.is_null(0)) return;
            week = rows.integer(0);
        }
        if (week < week_of(first_ts)) return;
        const std::int64_t from = week == week_of(first_ts) ? second_of_week(first_ts) : 0;
        // A second that no week has stands for the whole of it.
        const std::int64_t to = week == week_of(last_ts) ? second_of_week(last_ts) : week_seconds;
        calls_of_week.begin(6 + rest_.values.size());
        int parameter = 0;
        for (const std::int64_t value : {week, user_no_, from, to, to, before_no})
            calls_of_week.bind(++parameter, value);
        static_cast<void>(rest_.bind_to(calls_of_week, parameter + 1));
        sqlite::Rows rows = calls_of_week.rows();
        while (rows.next()) {
            if (!take(rows)) return;
        }
    }
}

}  // namespace callarchive
