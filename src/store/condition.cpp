#include "store/condition.h"

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
    if (filter.caller) terms.push_back({*filter.caller, " AND p.role & 1"});
    if (filter.callee) terms.push_back({*filter.callee, " AND p.role & 2"});
    return terms;
}

Condition participants_of(const UserTerm& term, const CallFilter& filter) {
    Condition condition{"p.user_no IN (SELECT user_no FROM user WHERE user_id = ?)",
                        {term.user_id}};
    // Said here too, so that the participants' own order by time is used.
    if (filter.since) condition.add("p.start_ts >= ?", {unix_seconds(*filter.since)});
    if (filter.until) condition.add("p.start_ts < ?", {unix_seconds(*filter.until)});
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
            all.add("c.call_no IN (SELECT p.call_no FROM participant AS p WHERE " +
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
