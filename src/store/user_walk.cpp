#include "store/user_walk.h"

#include "sqlite/statement.h"
#include "store/buckets.h"
#include "store/call_row.h"

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
    sqlite::Statement earlier{database, "SELECT max(period) FROM participant WHERE period <= ?"};
    sqlite::Statement week{
        database, std::string{"SELECT "} + CallRowReader::columns +
                      " FROM participant AS p CROSS JOIN call AS c ON c.call_no = p.call_no "
                      "WHERE p.period = ? AND p.user_no = ? AND p.start_ts BETWEEN ? AND ? "
                      "AND (p.start_ts < ? OR p.call_no < ?) AND c.start_ts IS NOT NULL" +
                      std::string{role_} + rest_.sql + " ORDER BY p.start_ts DESC, p.call_no DESC"};

    const std::int64_t first_ts = since_ts_.value_or(least);
    for (std::int64_t period = week_of(last_ts);; --period) {
        {
            sqlite::Rows rows = earlier.query(period);
            if (!rows.next() || rows.is_null(0)) return;
            period = rows.integer(0);
        }
        if (period < week_of(first_ts)) return;
        week.begin(6 + rest_.values.size());
        int parameter = 0;
        for (const std::int64_t value : {period, user_no_, first_ts, last_ts, last_ts, before_no})
            week.bind(++parameter, value);
        static_cast<void>(rest_.bind_to(week, parameter + 1));
        sqlite::Rows rows = week.rows();
        while (rows.next()) {
            if (!take(rows)) return;
        }
    }
}

}  // namespace callarchive
