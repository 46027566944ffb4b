#include "store/call_lookup.h"

#include "store/call_query.h"

namespace callarchive {

CallLookup::CallLookup(sqlite::Database& database)
    : applications_(database, "SELECT application_no FROM application ORDER BY 1"),
      newest_(database, "SELECT max(bucket) FROM call WHERE application_no = ?"),
      older_(database, "SELECT max(bucket) FROM call WHERE application_no = ? AND bucket < ?"),
      probe_(database,
             "SELECT call_no FROM call WHERE application_no = ? AND bucket = ? AND call_id = ?"),
      current_(database,
               std::string{"SELECT "} + stored_call_columns + " FROM call_row WHERE call_no = ?"),
      earlier_(database, std::string{"SELECT "} + stored_call_columns +
                             ", replaced_at FROM revision_row WHERE call_no = ? "
                             "ORDER BY revision") {}

std::vector<Reader::CallHistory> CallLookup::history(const std::string& call_id) {
    std::vector<Reader::CallHistory> all;
    for (const std::int64_t application_no : applications()) {
        const auto call_no = find(application_no, call_id);
        if (call_no) all.push_back(load(*call_no));
    }
    return all;
}

std::vector<std::int64_t> CallLookup::applications() {
    std::vector<std::int64_t> all;
    sqlite::Rows rows = applications_.query();
    while (rows.next())
        all.push_back(rows.integer(0));
    return all;
}

/// Bucket by bucket from the newest: recent calls are the ones that are asked for.
std::optional<std::int64_t> CallLookup::find(std::int64_t application_no,
                                             const std::string& call_id) {
    const auto first_of = [](sqlite::Rows rows) {
        return rows.next() ? rows.optional_integer(0) : std::nullopt;
    };
    auto bucket = first_of(newest_.query(application_no));
    while (bucket) {
        const auto call_no = first_of(probe_.query(application_no, *bucket, call_id));
        if (call_no) return call_no;
        bucket = first_of(older_.query(application_no, *bucket));
    }
    return std::nullopt;
}

Reader::CallHistory CallLookup::load(std::int64_t call_no) {
    Reader::CallHistory history;
    sqlite::Rows row = current_.query(call_no);
    if (row.next()) history.current = stored_call_at(row);
    sqlite::Rows rows = earlier_.query(call_no);
    while (rows.next()) {
        history.earlier.push_back(stored_call_at(rows));
        history.earlier.back().replaced_at = rows.optional_text(24);
    }
    return history;
}

}  // namespace callarchive
