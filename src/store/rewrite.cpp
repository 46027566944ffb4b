#include "store/rewrite.h"

#include "base/time.h"
#include "sqlite/statement.h"
#include "store/content.h"
#include "store/failure.h"
#include "store/hash.h"
#include "store/pseudonyms.h"

#include <fmt/format.h>

#include <utility>

namespace callarchive {
namespace {

std::optional<Moment> moment_at(const sqlite::Rows& rows, int column) {
    const auto seconds = rows.optional_integer(column);
    return seconds ? std::optional{moment_from_unix(*seconds)} : std::nullopt;
}

/// One version of a call as it was told, read back from its row.
CallRecord record_of(const sqlite::Rows& rows) {
    CallRecord record;
    record.start = moment_at(rows, 0);
    record.accept = moment_at(rows, 1);
    record.end = moment_at(rows, 2);
    record.media_type = rows.optional_text(3);
    record.call_type = rows.optional_text(4);
    record.call_result = rows.optional_text(5);
    record.room_id = rows.optional_text(6);
    record.caller = rows.optional_text(7);
    if (const auto callees = rows.optional_text(8)) record.callees = texts_of_json_array(*callees);
    record.extra = rows.optional_text(9).value_or("");
    return record;
}

}  // namespace

RewriteCounts& RewriteCounts::operator+=(const RewriteCounts& other) {
    users += other.users;
    calls += other.calls;
    revisions += other.revisions;
    rejected += other.rejected;
    return *this;
}

Rewrite::Rewrite(sqlite::Database& database, std::int64_t application_no,
                 const Replacement& replacement)
    : database_(database), application_no_(application_no), replacement_(replacement) {}

RewriteCounts Rewrite::run() {
    RewriteCounts counts;
    rewrite_users();
    counts.users = static_cast<std::int64_t>(renamed_.size());
    counts.calls = rewrite_versions(sealed_call);
    counts.revisions = rewrite_versions(sealed_call_revision);
    counts.rejected = rewrite_rejected();
    return counts;
}

void Rewrite::rewrite_users() {
    std::vector<std::pair<std::int64_t, std::string>> found;
    {
        sqlite::Statement all{database_,
                              "SELECT user_no, user_id FROM user WHERE application_no = ?"};
        sqlite::Rows rows = all.query(application_no_);
        while (rows.next()) {
            if (auto name = replaced_id(rows.text(1), replacement_)) {
                renamed_[rows.integer(0)] = {rows.integer(0), std::string{rows.text(1)}};
                found.emplace_back(rows.integer(0), std::move(*name));
            }
        }
    }
    for (const auto& [user_no, name] : found)
        renamed_[user_no].user_no = rename(user_no, name);
}

std::int64_t Rewrite::rename(std::int64_t user_no, const std::string& name) {
    std::int64_t same = 0;
    {
        sqlite::Statement find{database_,
                               "SELECT user_no FROM user WHERE user_id = ? AND application_no = ?"};
        sqlite::Rows rows = find.query(name, application_no_);
        if (rows.next()) same = rows.integer(0);
    }
    if (same == 0) {
        sqlite::Statement{database_, "UPDATE user SET user_id = ?2 WHERE user_no = ?1"}.execute(
            user_no, name);
        return user_no;
    }
    // Who was forgotten before and came back with an older backup: both are one.
    // Where both took part in a call, this has the roles of both…
    sqlite::Statement{
        database_,
        "INSERT OR IGNORE INTO participant SELECT p.week, ?2, p.second, p.call_roles | coalesce("
        "(SELECT max(q.call_roles) FROM participant AS q WHERE q.week = p.week AND "
        "q.user_no = ?2 AND q.second = p.second AND q.call_roles / 4 = p.call_roles / 4), 0) "
        "FROM participant AS p WHERE p.user_no = ?1"}
        .execute(user_no, same);
    // …and what had fewer goes.
    sqlite::Statement{
        database_,
        "DELETE FROM participant AS p WHERE p.user_no = ?1 AND EXISTS (SELECT 1 FROM participant "
        "AS q WHERE q.week = p.week AND q.user_no = ?1 AND q.second = p.second AND "
        "q.call_roles / 4 = p.call_roles / 4 AND q.call_roles > p.call_roles)"}
        .execute(same);
    sqlite::Statement{database_, "DELETE FROM participant WHERE user_no = ?"}.execute(user_no);
    sqlite::Statement{database_, "DELETE FROM user WHERE user_no = ?"}.execute(user_no);
    return same;
}

std::vector<Rewrite::Version> Rewrite::affected(const SealedTable& table) {
    sqlite::Statement all{
        database_, fmt::format("SELECT v.call_no, v.revision, v.caller_no, v.callees, v.extra "
                               "FROM {} AS v JOIN call AS c ON c.call_no = v.call_no "
                               "WHERE c.application_no = ?",
                               table.name)};
    std::vector<Version> found;
    sqlite::Rows rows = all.query(application_no_);
    while (rows.next()) {
        // The participants would tell of most of these faster, but not of unknown fields.
        if (renamed_.contains(rows.integer(2)) ||
            replaced_in_json(rows.text(3), replacement_).has_value() ||
            replaced_in_json(rows.text(4), replacement_).has_value()) {
            found.push_back({rows.integer(0), rows.integer(1)});
        }
    }
    return found;
}

std::int64_t Rewrite::rewrite_versions(const SealedTable& table) {
    const std::vector<Version> versions = affected(table);
    sqlite::Statement load{
        database_,
        fmt::format("SELECT v.start_ts, v.accept_ts, v.end_ts, "
                    "(SELECT name FROM media_type WHERE no = v.media_type), "
                    "(SELECT name FROM call_type WHERE no = v.call_type), "
                    "(SELECT name FROM call_result WHERE no = v.call_result), v.room_id, "
                    "(SELECT user_id FROM user WHERE user_no = v.caller_no), v.callees, v.extra, "
                    "v.caller_no, v.content_hash FROM {} AS v "
                    "WHERE v.call_no = ? AND v.revision = ?",
                    table.name)};
    sqlite::Statement update{
        database_,
        update_sealed(
            table,
            {{"caller_no", "?3"}, {"callees", "?4"}, {"extra", "?5"}, {"content_hash", "?6"}},
            "call_no = ?1 AND revision = ?2")};
    for (const Version& version : versions) {
        Row row;
        {
            sqlite::Rows rows = load.query(version.call_no, version.revision);
            if (!rows.next()) throw Refusal(ErrorKind::damaged, "a call just read is not found");
            row = {record_of(rows), rows.optional_integer(10), rows.integer(11)};
        }
        rewrite(row);
        std::optional<std::string_view> callees, extra;
        if (row.record.callees) callees = json_array_of(*row.record.callees, callees_);
        if (!row.record.extra.empty()) extra = row.record.extra;
        update.execute(version.call_no, version.revision, row.caller_no, callees, extra,
                       row.content_hash);
    }
    return static_cast<std::int64_t>(versions.size());
}

void Rewrite::rewrite(Row& row) {
    if (row.caller_no) {
        const auto renamed = renamed_.find(*row.caller_no);
        if (renamed != renamed_.end()) {
            row.record.caller = renamed->second.old_name;
            row.caller_no = renamed->second.user_no;
        }
    }
    // The hash is of what was told last, and that may have had no unknown fields while the row
    // keeps those that the other dialect told before.
    CallRecord told = row.record;
    if (hash_of(told) != row.content_hash) told.extra.clear();
    if (hash_of(told) != row.content_hash) told.extra = row.record.extra;
    replace_ids(told, replacement_);
    replace_ids(row.record, replacement_);
    row.content_hash = hash_of(told);
}

std::int64_t Rewrite::hash_of(const CallRecord& record) {
    std::optional<std::string_view> callees;
    if (record.callees) callees = json_array_of(*record.callees, callees_);
    return content_hash(record, callees, buffer_);
}

std::int64_t Rewrite::rewrite_rejected() {
    std::vector<std::pair<std::int64_t, std::string>> found;
    {
        sqlite::Statement all{database_,
                              "SELECT r.rejected_no, r.raw FROM rejected_record AS r "
                              "JOIN source AS s ON s.source_no = r.source_no "
                              "WHERE s.application_no = ?"};
        sqlite::Rows rows = all.query(application_no_);
        while (rows.next()) {
            if (auto raw = replaced_in_json(rows.text(1), replacement_)) {
                found.emplace_back(rows.integer(0), std::move(*raw));
            }
        }
    }
    for (const auto& [rejected_no, raw] : found)
        put_rejected(rejected_no, raw);
    return static_cast<std::int64_t>(found.size());
}

void Rewrite::put_rejected(std::int64_t rejected_no, const std::string& raw) {
    sqlite::Statement{database_, update_sealed(sealed_rejected, {{"raw", "?2"}, {"raw_hash", "?3"}},
                                               "rejected_no = ?1")}
        .execute(rejected_no, raw, stable_hash(raw));
    // One row for each distinct content: what differed in the spelling of the id alone is one now.
    sqlite::Statement same{database_,
                           "SELECT r.rejected_no, t.times, t.received_ts, t.last_received_ts "
                           "FROM rejected_record AS r JOIN rejected_record AS t "
                           "ON r.source_no = t.source_no AND r.raw_hash = t.raw_hash "
                           "AND r.raw = t.raw AND r.rejected_no <> t.rejected_no "
                           "WHERE t.rejected_no = ?"};
    std::int64_t other = 0, times = 0, received_ts = 0, last_received_ts = 0;
    {
        sqlite::Rows rows = same.query(rejected_no);
        if (!rows.next()) return;
        other = rows.integer(0);
        times = rows.integer(1);
        received_ts = rows.integer(2);
        last_received_ts = rows.integer(3);
    }
    sqlite::Statement{database_, update_sealed(sealed_rejected,
                                               {{"times", "times + ?2"},
                                                {"received_ts", "min(received_ts, ?3)"},
                                                {"last_received_ts", "max(last_received_ts, ?4)"}},
                                               "rejected_no = ?1")}
        .execute(other, times, received_ts, last_received_ts);
    sqlite::Statement{database_, "DELETE FROM rejected_record WHERE rejected_no = ?"}.execute(
        rejected_no);
}

RewriteCounts rewrite_all(
    sqlite::Database& database,
    const std::function<Replacement(std::int64_t sdk_app_id)>& replacement_in) {
    std::vector<std::pair<std::int64_t, std::int64_t>> applications;
    {
        sqlite::Statement all{database, "SELECT application_no, sdk_app_id FROM application"};
        sqlite::Rows rows = all.query();
        while (rows.next())
            applications.emplace_back(rows.integer(0), rows.integer(1));
    }
    RewriteCounts counts;
    for (const auto& [application_no, sdk_app_id] : applications) {
        const Replacement replacement = replacement_in(sdk_app_id);
        if (replacement) counts += Rewrite{database, application_no, replacement}.run();
    }
    return counts;
}

}  // namespace callarchive
