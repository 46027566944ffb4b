#include "store/counting.h"

#include "store/condition.h"
#include "store/content.h"
#include "store/names.h"
#include "store/week.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace callarchive {
namespace {

constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
// The years 0000 to 9999: what starts outside of them is on no calendar.
constexpr std::int64_t calendar_from = -62'167'219'200;
constexpr std::int64_t calendar_to = 253'402'300'800;

std::int64_t hour_floor(std::int64_t seconds) {
    const std::int64_t past = seconds % hour_seconds;
    return seconds - (past < 0 ? past + hour_seconds : past);
}

std::int64_t hour_ceiling(std::int64_t seconds) {
    const std::int64_t floor = hour_floor(seconds);
    return floor == seconds ? seconds : floor + hour_seconds;
}

bool only_sums_are_asked_for(const CallFilter& filter, GroupBy by) {
    return by != GroupBy::user && !filter.user && !filter.caller && !filter.callee &&
           !filter.room && !filter.min_talk && !filter.max_talk;
}

/// Columns accept_ts, end_ts and call_result from `first` on.
Sums sums_at(const sqlite::Rows& rows, int first) {
    Content content;
    content.accept_ts = rows.optional_integer(first);
    content.end_ts = rows.optional_integer(first + 1);
    content.call_result = rows.optional_integer(first + 2);
    const std::int64_t talk = talk_seconds(content);
    return {.calls = 1,
            .answered = answered(content) ? 1 : 0,
            .talk_seconds = talk,
            .longest_seconds = std::max<std::int64_t>(talk, 0)};
}

}  // namespace

Sums& Sums::operator+=(const Sums& other) {
    calls += other.calls;
    answered += other.answered;
    talk_seconds += other.talk_seconds;
    longest_seconds = std::max(longest_seconds, other.longest_seconds);
    return *this;
}

Counting::Counting(sqlite::Database& database, const CallFilter& filter, GroupBy by,
                   const Calendar& calendar)
    : database_(database), filter_(filter), by_(by), calendar_(calendar) {}

std::vector<Group> Counting::count(CountFrom from) {
    if (by_ == GroupBy::user) {
        count_users();
    } else if (from == CountFrom::hourly_sums_if_possible &&
               only_sums_are_asked_for(filter_, by_)) {
        count_hourly_sums();
    } else {
        count_calls(std::nullopt);
    }
    return named_groups();
}

const char* Counting::dimension_column() const {
    switch (by_) {
        case GroupBy::result:
            return "call_result";
        case GroupBy::type:
            return "call_type";
        case GroupBy::media:
            return "media_type";
        case GroupBy::nothing:
        case GroupBy::time:
        case GroupBy::user:
            return "0";
    }
    return "0";
}

Counting::Key Counting::key_of(std::int64_t dimension) const {
    if (dimension == 0) return std::nullopt;
    return std::pair{dimension, std::int64_t{0}};
}

Counting::Key Counting::key_at(const std::optional<std::int64_t>& start_ts) {
    if (!start_ts || *start_ts < calendar_from || *start_ts >= calendar_to) return std::nullopt;
    const Moment moment = moment_from_unix(*start_ts);
    if (!last_span_ || !last_span_->holds(moment)) last_span_ = calendar_(moment);
    return std::pair{unix_seconds(last_span_->from), unix_seconds(last_span_->to)};
}

bool Counting::lies_in_one_group(std::int64_t hour_ts) {
    return by_ != GroupBy::time || key_at(hour_ts) == key_at(hour_ts + hour_seconds - 1);
}

void Counting::count_rows(const std::string& where, const std::optional<Period>& period) {
    const Condition condition = condition_of(filter_);
    sqlite::Statement list{database_, std::string{"SELECT c.start_ts, coalesce("} +
                                          dimension_column() +
                                          ", 0), c.accept_ts, c.end_ts, c.call_result FROM call "
                                          "AS c WHERE " +
                                          where + condition.sql};
    list.begin(condition.values.size() + (period ? 2 : 0));
    int next = 1;
    if (period) {
        list.bind(next++, period->from);
        list.bind(next++, period->to);
    }
    static_cast<void>(condition.bind_to(list, next));
    sqlite::Rows rows = list.rows();
    while (rows.next()) {
        const Key key =
            by_ == GroupBy::time ? key_at(rows.optional_integer(0)) : key_of(rows.integer(1));
        groups_[key] += sums_at(rows, 2);
    }
}

void Counting::count_calls(std::optional<Period> period) {
    if (period && period->from >= period->to) return;
    count_rows(period ? "c.start_ts >= ? AND c.start_ts < ?" : "1", period);
}

void Counting::count_calls_without_start() {
    count_rows("c.start_ts IS NULL", std::nullopt);
}

std::set<std::int64_t> Counting::hours_of_unknown_starts(const Period& hours) {
    sqlite::Statement list{database_,
                           "SELECT DISTINCT first_seen_ts - first_seen_ts % 3600 FROM call "
                           "WHERE start_ts IS NULL AND first_seen_ts >= ? AND first_seen_ts < ?"};
    sqlite::Rows rows = list.query(hours.from, hours.to);
    std::set<std::int64_t> found;
    while (rows.next())
        found.insert(rows.integer(0));
    return found;
}

/// Whole hours from the sums and the rest from the calls: the ragged ends of the period, hours that
/// lie in two groups (days of a zone that is half an hour off), and hours whose sums hold calls
/// without a start, for they are in no period and on no calendar.
void Counting::count_hourly_sums() {
    const bool has_period = filter_.since || filter_.until;
    const bool starts_matter = has_period || by_ == GroupBy::time;
    Period hours{least, most};
    if (filter_.since) hours.from = hour_ceiling(unix_seconds(*filter_.since));
    if (filter_.until) hours.to = hour_floor(unix_seconds(*filter_.until));
    if (hours.from >= hours.to) return count_calls(std::nullopt);
    if (filter_.since) count_calls(Period{unix_seconds(*filter_.since), hours.from});
    if (filter_.until) count_calls(Period{hours.to, unix_seconds(*filter_.until)});
    std::set<std::int64_t> mixed;
    if (starts_matter) mixed = hours_of_unknown_starts(hours);

    CallFilter without_period = filter_;
    without_period.since = without_period.until = std::nullopt;
    const Condition condition = condition_of(without_period);
    // The columns have the names of those of `call`; the list of sources is what lets the key be
    // entered by hour.
    sqlite::Statement list{
        database_,
        std::string{"SELECT c.hour_ts, coalesce("} + dimension_column() +
            ", 0), sum(c.calls), sum(c.answered), sum(c.talk_seconds), max(c.longest_seconds) "
            "FROM rollup_hour AS c WHERE c.source_no IN (SELECT source_no FROM source) AND "
            "c.hour_ts >= ? AND c.hour_ts < ?" +
            condition.sql + " GROUP BY 1, 2"};
    list.begin(condition.values.size() + 2);
    list.bind(1, hours.from);
    list.bind(2, hours.to);
    static_cast<void>(condition.bind_to(list, 3));
    {
        sqlite::Rows rows = list.rows();
        while (rows.next()) {
            const std::int64_t hour_ts = rows.integer(0);
            if (mixed.contains(hour_ts) || !lies_in_one_group(hour_ts)) {
                mixed.insert(hour_ts);
                continue;
            }
            groups_[by_ == GroupBy::time ? key_at(hour_ts) : key_of(rows.integer(1))] +=
                Sums{rows.integer(2), rows.integer(3), rows.integer(4), rows.integer(5)};
        }
    }
    for (const std::int64_t hour_ts : mixed)
        count_calls(Period{hour_ts, hour_ts + hour_seconds});
    if (starts_matter && !has_period) count_calls_without_start();
}

void Counting::count_users() {
    Condition condition = condition_of(filter_);
    // Implied, but what the key of the participants can be entered with.
    if (filter_.since) condition.add("p.week >= ?", {week_of(unix_seconds(*filter_.since))});
    if (filter_.until) condition.add("p.week <= ?", {week_of(unix_seconds(*filter_.until))});
    condition.add(participants_in_period(filter_));
    sqlite::Statement list{
        database_,
        "SELECT p.user_no, c.accept_ts, c.end_ts, c.call_result "
        "FROM participant AS p CROSS JOIN call AS c ON c.call_no = p.call_roles / 4 "
        "WHERE true" +
            condition.sql};
    list.begin(condition.values.size());
    static_cast<void>(condition.bind_to(list, 1));
    sqlite::Rows rows = list.rows();
    while (rows.next())
        users_[rows.integer(0)] += sums_at(rows, 1);
}

std::vector<Group> Counting::named_groups() {
    std::vector<Group> named;
    if (by_ == GroupBy::user) {
        named.reserve(users_.size());
        sqlite::Statement find{
            database_,
            "SELECT u.user_id, a.sdk_app_id FROM user AS u JOIN application AS a "
            "ON a.application_no = u.application_no WHERE u.user_no = ?"};
        for (const auto& [user_no, sums] : users_) {
            sqlite::Rows rows = find.query(user_no);
            if (!rows.next()) continue;
            named.push_back(
                {.name = rows.optional_text(0), .sdk_app_id = rows.integer(1), .sums = sums});
        }
        return named;
    }
    const std::string column = dimension_column();
    std::optional<Names> names;
    if (column != "0") {
        names.emplace(database_, "SELECT name FROM " + column + " WHERE no = ?", 64);
    }
    for (const auto& [key, sums] : groups_) {
        Group group{.sums = sums};
        if (key && by_ == GroupBy::time) {
            group.span = Window{moment_from_unix(key->first), moment_from_unix(key->second)};
        } else if (key && names) {
            if (const auto name = names->of(key->first)) group.name = std::string{*name};
        }
        named.push_back(std::move(group));
    }
    return named;
}

}  // namespace callarchive
