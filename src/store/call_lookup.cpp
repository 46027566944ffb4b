#include "store/call_lookup.h"

#include "store/call_query.h"

#include <limits>
#include <utility>

namespace callarchive {

CallLookup::CallLookup(sqlite::Database& database, CallRowReader& reader)
    : database_(database),
      reader_(reader),
      applications_(database, "SELECT application_no FROM application ORDER BY 1"),
      at_or_before_(database,
                    "SELECT bucket, call_id = ?3, call_no FROM call INDEXED BY call_by_id "
                    "WHERE application_no = ?1 AND (bucket, call_id) <= (?2, ?3) "
                    "ORDER BY bucket DESC, call_id DESC LIMIT 1"),
      current_(database, std::string{"SELECT "} + CallRowReader::columns +
                             " FROM call AS c WHERE c.call_no = ?"),
      has_earlier_(database, "SELECT 1 FROM call_revision WHERE call_no = ? LIMIT 1") {}

std::vector<Reader::CallHistory> CallLookup::history(const std::string& call_id) {
    std::vector<Reader::CallHistory> all;
    for (const std::int64_t application_no : applications()) {
        const auto call_no = find(application_no, call_id);
        if (!call_no) continue;
        if (auto history = load(*call_no)) all.push_back(std::move(*history));
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

/// Bucket by bucket from the newest: recent calls are the ones that are asked for. What stands in
/// the index where the id would be tells which bucket comes next, so that each bucket costs one
/// descent, and buckets that do not exist cost none.
std::optional<std::int64_t> CallLookup::find(std::int64_t application_no,
                                             const std::string& call_id) {
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::int64_t bucket = std::numeric_limits<std::int64_t>::max();
    while (true) {
        sqlite::Rows rows = at_or_before_.query(application_no, bucket, call_id);
        if (!rows.next()) return std::nullopt;
        const std::int64_t found = rows.integer(0);
        if (rows.integer(1) != 0) return rows.integer(2);
        // The last entry of an older bucket was met, which says nothing about the id in there.
        if (found < bucket) {
            bucket = found;
        } else if (bucket == least) {
            return std::nullopt;
        } else {
            --bucket;
        }
    }
}

std::optional<Reader::CallHistory> CallLookup::load(std::int64_t call_no) {
    sqlite::Rows row = current_.query(call_no);
    if (!row.next()) return std::nullopt;
    Reader::CallHistory history{.current = stored_call_of(reader_.at(row)), .earlier = {}};
    // The view takes far longer to say that there is nothing, which is nearly always so.
    if (sqlite::Rows any = has_earlier_.query(call_no); !any.next()) return history;
    if (!earlier_) {
        earlier_.emplace(database_, std::string{"SELECT "} + stored_call_columns +
                                        ", replaced_at FROM revision_row WHERE call_no = ? "
                                        "ORDER BY revision");
    }
    sqlite::Rows rows = earlier_->query(call_no);
    while (rows.next()) {
        history.earlier.push_back(stored_call_at(rows));
        history.earlier.back().replaced_at = rows.optional_text(24);
    }
    return history;
}

}  // namespace callarchive
