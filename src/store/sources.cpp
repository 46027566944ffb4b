#include "store/sources.h"

#include "sqlite/database.h"
#include "store/failure.h"
#include "store/seal.h"

#include <fmt/format.h>

#include <algorithm>

namespace callarchive {

Sources::Sources(sqlite::Database& database)
    : database_(database),
      find_(database,
            "SELECT application_no, dialect, retention_seconds FROM source WHERE source_no = ?"),
      sdk_app_id_(database, "SELECT sdk_app_id FROM application WHERE application_no = ?"),
      note_success_(database,
                    update_sealed(sealed_source, {{"last_success_ts", "?2"}}, "source_no = ?1")),
      note_failure_(database,
                    update_sealed(sealed_source, {{"last_error", "?2"}, {"last_error_ts", "?3"}},
                                  "source_no = ?1")),
      call_count_(database,
                  "SELECT call_count FROM application WHERE application_no = "
                  "(SELECT application_no FROM source WHERE source_no = ?)"),
      add_calls_(database,
                 "UPDATE application SET call_count = call_count + ?2 WHERE application_no = ?1") {}

SourceNo Sources::enroll(const SourceIdentity& identity, const Policy& policy, Moment now) {
    sqlite::Statement{database_, "INSERT OR IGNORE INTO application (sdk_app_id) VALUES (?)"}
        .execute(identity.sdk_app_id);
    const Moment beginning = now - policy.retention;
    // The first reads take a while, however short the overlap is.
    const Seconds grace = std::max(policy.overlap, std::min(Seconds{60}, policy.retention / 4));
    constexpr std::int64_t none = 0;
    const std::int64_t application_no = [&] {
        sqlite::Statement find{database_,
                               "SELECT application_no FROM application WHERE sdk_app_id = ?"};
        sqlite::Rows rows = find.query(identity.sdk_app_id);
        if (!rows.next()) throw Refusal(ErrorKind::damaged, "an entry just stored is not found");
        return rows.integer(0);
    }();
    const std::string_view dialect = name_of(identity.dialect);
    sqlite::Statement{database_, insert_sealed(sealed_source, "INSERT OR IGNORE")}.execute(
        application_no, dialect, identity.name, unix_seconds(beginning),
        unix_seconds(beginning + grace), policy.retention.count(), std::nullopt, std::nullopt, none,
        none, none, std::nullopt, std::nullopt, std::nullopt);
    // An entry that is known keeps its ledger; its label and retention may have been changed.
    sqlite::Statement{database_,
                      update_sealed(sealed_source, {{"name", "?3"}, {"retention_seconds", "?4"}},
                                    "application_no = ?1 AND dialect = ?2 AND "
                                    "(name <> ?3 OR retention_seconds <> ?4)")}
        .execute(application_no, dialect, identity.name, policy.retention.count());
    known_.clear();
    sqlite::Statement find{database_,
                           "SELECT source_no FROM source WHERE application_no = ? AND dialect = ?"};
    sqlite::Rows rows = find.query(application_no, dialect);
    if (!rows.next()) throw Refusal(ErrorKind::damaged, "an entry just stored is not found");
    return rows.integer(0);
}

const SourceRow& Sources::find(SourceNo source) {
    const auto known = known_.find(source);
    if (known != known_.end()) return known->second;
    sqlite::Rows rows = find_.query(source);
    if (!rows.next()) {
        throw Refusal(ErrorKind::not_found, fmt::format("the archive has no source {}", source));
    }
    const auto dialect = dialect_from(rows.text(1));
    if (!dialect) {
        throw Refusal(ErrorKind::damaged, fmt::format("source {} has an unknown dialect", source));
    }
    const SourceRow row{.source_no = source,
                        .application_no = rows.integer(0),
                        .dialect = *dialect,
                        .retention = Seconds{rows.integer(2)}};
    return known_.emplace(source, row).first->second;
}

std::int64_t Sources::sdk_app_id(const SourceRow& source) {
    sqlite::Rows rows = sdk_app_id_.query(source.application_no);
    if (!rows.next()) throw Refusal(ErrorKind::damaged, "a source's application is not found");
    return rows.integer(0);
}

void Sources::note_success(SourceNo source, Moment at) {
    note_success_.execute(source, unix_seconds(at));
}

void Sources::note_failure(SourceNo source, const std::string& message, Moment at) {
    note_failure_.execute(source, message, unix_seconds(at));
}

std::int64_t Sources::call_count(SourceNo source) {
    sqlite::Rows rows = call_count_.query(source);
    return rows.next() ? rows.integer(0) : 0;
}

void Sources::add_calls(std::int64_t application_no, std::int64_t calls) {
    add_calls_.execute(application_no, calls);
}

}  // namespace callarchive
