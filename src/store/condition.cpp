#include "store/condition.h"

#include "store/week.h"

#include <utility>

namespace callarchive {

// 3 to 7: cancel, reject, not_answer, call_busy, offline (migrations/0001_archive.sql).
const char* const answered_sql =
    "(c.accept_ts IS NOT NULL AND coalesce(c.call_result, 0) NOT IN (3, 4, 5, 6, 7))";
const char* const talk_seconds_sql =
    "(CASE WHEN c.accept_ts IS NOT NULL AND coalesce(c.call_result, 0) NOT IN (3, 4, 5, 6, 7) "
    "THEN CAST(c.end_ts - c.accept_ts AS INTEGER) ELSE 0 END)";

void Condition::add(std::string_view term, std::vector<Value> of_term) {
    sql += " AND ";
    sql += term;
    for (Value& value : of_term)
        values.push_back(std::move(value));
}

void Condition::add(const Condition& other) {
    sql += other.sql;
    values.insert(values.end(), other.values.begin(), other.values.end());
}

int Condition::bind_to(sqlite::Statement& statement, int first) const {
    for (const Value& value : values) {
        std::visit([&](const auto& v) { statement.bind(first, v); }, value);
        ++first;
    }
    return first;
}

std::vector<UserTerm> user_terms(const CallFilter& filter) {
    std::vector<UserTerm> terms;
    if (filter.user) terms.push_back({*filter.user, ""});
    if (filter.caller) terms.push_back({*filter.caller, " AND p.call_roles & 1"});
    if (filter.callee) terms.push_back({*filter.callee, " AND p.call_roles & 2"});
    return terms;
}

// With a plus the key is not entered by week, which would read all who took part in those weeks
// where few are asked for
// (sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_).
Condition participants_in_period(const CallFilter& filter) {
    Condition condition;
    const auto add = [&](const char* term, Moment moment) {
        const std::int64_t time = unix_seconds(moment);
        condition.add(term, {week_of(time), second_of_week(time)});
    };
    if (filter.since) add("(+p.week, p.second) >= (?, ?)", *filter.since);
    if (filter.until) add("(+p.week, p.second) < (?, ?)", *filter.until);
    return condition;
}

Condition participants_of(const UserTerm& term, const CallFilter& filter) {
    Condition condition{"p.user_no IN (SELECT user_no FROM user WHERE user_id = ?)",
                        {term.user_id}};
    condition.add(participants_in_period(filter));
    condition.sql += term.role;
    return condition;
}

Condition condition_of(const CallFilter& filter, Users users) {
    Condition all;
    if (filter.app) {
        all.add("c.source_no IN (SELECT source_no FROM source WHERE name = ?)", {*filter.app});
    }
    if (users == Users::included) {
        for (const UserTerm& term : user_terms(filter)) {
            Condition participants = participants_of(term, filter);
            all.add("c.call_no IN (SELECT p.call_roles / 4 FROM participant AS p WHERE " +
                        participants.sql + ")",
                    std::move(participants.values));
        }
    }
    const auto named = [&](const char* column, const std::optional<std::string>& name) {
        if (!name) return;
        all.add(std::string{"c."} + column + " = (SELECT no FROM " + column + " WHERE name = ?)",
                {*name});
    };
    named("call_result", filter.result);
    named("call_type", filter.type);
    named("media_type", filter.media);
    if (filter.room) all.add("c.room_id = ?", {*filter.room});
    if (filter.since) all.add("c.start_ts >= ?", {unix_seconds(*filter.since)});
    if (filter.until) all.add("c.start_ts < ?", {unix_seconds(*filter.until)});
    const std::string talk = talk_seconds_sql;
    if (filter.min_talk) all.add(talk + " >= ?", {std::int64_t{filter.min_talk->count()}});
    if (filter.max_talk) all.add(talk + " <= ?", {std::int64_t{filter.max_talk->count()}});
    return all;
}

}  // namespace callarchive
