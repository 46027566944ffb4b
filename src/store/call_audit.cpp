#include "store/call_audit.h"

#include "base/time_text.h"
#include "sqlite/database.h"
#include "store/hash.h"
#include "store/participants.h"
#include "store/replace_ids.h"
#include "store/seal.h"
#include "store/week.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace callarchive {
namespace {

constexpr std::size_t users_known_max = 100'000;  // about 10 MB
constexpr int caller_role = static_cast<int>(Participants::Role::caller);
constexpr int callee_role = static_cast<int>(Participants::Role::callee);

enum Column {
    call_no,
    application_no,
    source_no,
    call_id,
    revision,
    first_seen_ts,
    changed_ts,
    start_ts,
    accept_ts,
    end_ts,
    media_type,
    call_type,
    call_result,
    caller_no,
    callees,
    sealed
};

std::string read_all() {
    return "SELECT call_no, application_no, source_no, call_id, revision, first_seen_ts, "
           "changed_ts, start_ts, accept_ts, end_ts, media_type, call_type, call_result, "
           "caller_no, callees, " +
           is_sealed(sealed_call) + " FROM call NOT INDEXED";
}

Content content_at(const sqlite::Rows& rows) {
    Content content;
    content.start_ts = rows.optional_integer(start_ts);
    content.accept_ts = rows.optional_integer(accept_ts);
    content.end_ts = rows.optional_integer(end_ts);
    content.media_type = rows.optional_integer(media_type);
    content.call_type = rows.optional_integer(call_type);
    content.call_result = rows.optional_integer(call_result);
    return content;
}

std::string named(const sqlite::Rows& call) {
    const auto start = call.optional_integer(start_ts);
    return fmt::format("call {}{}", call.text(call_id),
                       start ? ", started " + to_iso8601(moment_from_unix(*start)) : "");
}

}  // namespace

void CallAudit::Rows::add(std::int64_t start, std::int64_t user, std::int64_t call, int role) {
    const std::array<std::int64_t, 4> row{start, user, call, role};
    hashes += static_cast<std::uint64_t>(
        stable_hash({reinterpret_cast<const char*>(row.data()), sizeof row}));
    ++count;
}

CallAudit::CallAudit(sqlite::Database& database)
    : database_(database),
      find_user_(database, "SELECT user_no FROM user WHERE user_id = ? AND application_no = ?") {}

Check CallAudit::read_calls(const std::function<void()>& on_call) {
    Check check{.name = "calls"};
    sqlite::Statement all{database_, read_all()};
    sqlite::Rows rows = all.query();
    while (rows.next()) {
        ++calls_;
        if (rows.integer(sealed) == 0) {
            check.find(named(rows) + ", is not as it was written");
        } else if (rows.text(call_id).empty()) {
            check.find(fmt::format("call number {} has no id", rows.integer(call_no)));
        } else if ((rows.integer(revision) == 1) != rows.is_null(changed_ts)) {
            check.find(named(rows) + ", does not say when it changed");
        }
        if (rows.integer(revision) > 1) ++revised_;
        ++calls_of_application_[rows.integer(application_no)];

        const Content content = content_at(rows);
        const std::int64_t seen_ts = rows.integer(first_seen_ts);
        Sums& sums =
            sums_[Rollup::key_of({.source = rows.integer(source_no), .seen_ts = seen_ts}, content)];
        ++sums.calls;
        sums.answered += answered(content) ? 1 : 0;
        sums.talk_seconds += talk_seconds(content);
        sums.longest_seconds = std::max(sums.longest_seconds, talk_seconds(content));
        add_participants(rows, content.start_ts.value_or(seen_ts));
        on_call();
    }
    check.looked_at = calls_;
    return check;
}

void CallAudit::add_participants(const sqlite::Rows& call, std::int64_t start) {
    const std::int64_t number = call.integer(call_no);
    std::map<std::int64_t, int> roles;  // who is named twice took part once
    if (!call.is_null(caller_no)) roles[call.integer(caller_no)] |= caller_role;
    for (const std::string& user_id : texts_of_json_array(call.text(callees))) {
        roles[user_no(call.integer(application_no), user_id)] |= callee_role;
    }
    for (const auto& [user, role] : roles)
        participants_.add(start, user, number, role);
}

std::int64_t CallAudit::user_no(std::int64_t application, std::string_view user_id) {
    std::string key{reinterpret_cast<const char*>(&application), sizeof application};
    key += user_id;
    const auto known = users_.find(key);
    if (known != users_.end()) return known->second;
    sqlite::Rows rows = find_user_.query(user_id, application);
    const std::int64_t number = rows.next() ? rows.integer(0) : 0;
    if (users_.size() >= users_known_max) users_.clear();
    users_.emplace(std::move(key), number);
    return number;
}

Check CallAudit::compare_participants() {
    Check check{.name = "participants"};
    Rows stored;
    sqlite::Statement all{database_, "SELECT week, user_no, second, call_roles FROM participant"};
    sqlite::Rows rows = all.query();
    while (rows.next()) {
        const std::int64_t second = rows.integer(2);
        const std::int64_t call_no = Participants::call_no_of(rows.integer(3));
        if (second < 0 || second >= week_seconds) {
            check.find(fmt::format("a participant of call number {} lies in no week", call_no));
        }
        stored.add(time_of(rows.integer(0), second), rows.integer(1), call_no,
                   Participants::roles_of(rows.integer(3)));
    }
    check.looked_at = stored.count;
    if (stored != participants_) name_participants(check);
    return check;
}

/// Slow, and only asked for where something is wrong.
void CallAudit::name_participants(Check& check) {
    // What the start of call c would be as columns of its participants.
    const std::string at_start =
        "p.second = coalesce(c.start_ts, c.first_seen_ts) % 604800 + 604800 * "
        "(coalesce(c.start_ts, c.first_seen_ts) % 604800 < 0) AND p.week = "
        "coalesce(c.start_ts, c.first_seen_ts) / 604800 - "
        "(coalesce(c.start_ts, c.first_seen_ts) % 604800 < 0)";
    sqlite::Statement strangers{
        database_,
        "SELECT p.call_roles / 4, (SELECT user_id FROM user WHERE user_no = p.user_no) "
        "FROM participant AS p LEFT JOIN call AS c ON c.call_no = p.call_roles / 4 "
        "WHERE c.call_no IS NULL OR NOT (" +
            at_start +
            ") OR p.call_roles & 3 = 0 "
            "OR (p.call_roles & 1 AND p.user_no IS NOT c.caller_no) "
            "OR (p.call_roles & 2 AND NOT EXISTS (SELECT 1 FROM json_each(CASE WHEN "
            "json_valid(c.callees) THEN c.callees ELSE '[]' END) AS e JOIN user AS n "
            "ON n.user_id = e.value AND n.application_no = c.application_no "
            "WHERE n.user_no = p.user_no))"};
    sqlite::Rows rows = strangers.query();
    while (rows.next()) {
        check.find(fmt::format("{} is a participant of call number {}, which does not say so",
                               rows.text(1), rows.integer(0)));
    }
    sqlite::Statement missing{
        database_,
        "SELECT c.call_id FROM call AS c WHERE (c.caller_no IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM participant AS p WHERE p.user_no = c.caller_no AND "
        "p.call_roles / 4 = c.call_no AND p.call_roles & 1 AND " +
            at_start +
            ")) "
            "OR EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(c.callees) THEN c.callees "
            "ELSE '[]' END) AS e LEFT JOIN user AS n ON n.user_id = e.value "
            "AND n.application_no = c.application_no WHERE NOT EXISTS "
            "(SELECT 1 FROM participant AS p WHERE p.user_no = n.user_no AND "
            "p.call_roles / 4 = c.call_no AND p.call_roles & 2 AND " +
            at_start + "))"};
    sqlite::Rows calls = missing.query();
    while (calls.next()) {
        check.find(fmt::format("call {} is not found by all who took part", calls.text(0)));
    }
    if (check.found == 0) check.find("participants and calls differ");
}

Check CallAudit::compare_sums() {
    Check check{.name = "hourly sums"};
    sqlite::Statement all{database_,
                          "SELECT source_no, hour_ts, media_type, call_type, call_result, calls, "
                          "answered, talk_seconds, longest_seconds FROM rollup_hour"};
    const auto differs = [&check](std::int64_t hour_ts) {
        check.find(fmt::format("the sums of the hour {} are not those of its calls",
                               to_iso8601(moment_from_unix(hour_ts))));
    };
    sqlite::Rows rows = all.query();
    while (rows.next()) {
        ++check.looked_at;
        const Rollup::Key key{rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3),
                              rows.integer(4)};
        const Sums stored{rows.integer(5), rows.integer(6), rows.integer(7), rows.integer(8)};
        const auto counted = sums_.find(key);
        if (counted == sums_.end() || counted->second != stored) differs(key.hour_ts);
        if (counted != sums_.end()) sums_.erase(counted);
    }
    for (const auto& [key, sums] : sums_)
        differs(key.hour_ts);
    return check;
}

Check CallAudit::compare_counts() {
    Check check{.name = "counts"};
    sqlite::Statement all{database_,
                          "SELECT application_no, sdk_app_id, call_count FROM application"};
    sqlite::Rows rows = all.query();
    while (rows.next()) {
        ++check.looked_at;
        const std::int64_t counted = calls_of_application_[rows.integer(0)];
        if (counted == rows.integer(2)) continue;
        check.find(fmt::format("application {} has {} calls, and its count says {}",
                               rows.integer(1), counted, rows.integer(2)));
    }
    return check;
}

}  // namespace callarchive
