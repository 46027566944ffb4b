#include "store/seal.h"

#include "sqlite/function.h"
#include "store/hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace callarchive {
namespace {

// 31 bits take 4 bytes in a row; of two thousand million damaged rows one would pass.
constexpr std::int64_t seal_bits = 0x7fff'ffff;

std::vector<std::string> names_in(std::string_view columns) {
    constexpr std::string_view separator = ", ";
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin < columns.size();) {
        const std::size_t end = std::min(columns.find(separator, begin), columns.size());
        names.emplace_back(columns.substr(begin, end - begin));
        begin = end + separator.size();
    }
    return names;
}

std::string parameters(std::size_t count) {
    std::vector<std::string> values;
    for (std::size_t i = 1; i <= count; ++i)
        values.push_back(fmt::format("?{}", i));
    return fmt::format("{}", fmt::join(values, ", "));
}

}  // namespace

const SealedTable sealed_source{
    "source",
    "application_no, dialect, name, beginning_ts, beginning_may_move_to_ts, retention_seconds, "
    "sweep_from_ts, sweep_as_of_ts, ended_after, started_before, acknowledged_until_ts, "
    "last_success_ts, last_error, last_error_ts"};
const SealedTable sealed_call{
    "call",
    "application_no, source_no, version_source_no, bucket, call_id, content_hash, room_id_type, "
    "total_user_number, revision, first_seen_ts, changed_ts, start_ts, accept_ts, end_ts, "
    "media_type, call_type, call_result, caller_no, room_id, callees, extra"};
const SealedTable sealed_call_revision{
    "call_revision",
    "call_no, revision, replaced_ts, content_hash, room_id_type, total_user_number, changed_ts, "
    "start_ts, accept_ts, end_ts, media_type, call_type, call_result, caller_no, room_id, callees, "
    "extra"};
const SealedTable sealed_segment{
    "coverage_segment",
    "source_no, from_ts, to_ts, read_ts, state, reason, detected_ts, last_read_age"};
const SealedTable sealed_rejected{
    "rejected_record", "source_no, raw_hash, received_ts, last_received_ts, times, reason, raw"};
const SealedTable sealed_forgotten{"forgotten", "key, hash"};

std::int64_t row_seal(std::string_view bytes) {
    return stable_hash(bytes) & seal_bits;
}

void add_row_seal(sqlite::Database& database) {
    sqlite::add_function(database, "row_seal", row_seal);
}

std::string insert_sealed(const SealedTable& table, std::string_view insert) {
    const std::string joined = parameters(names_in(table.columns).size());
    return fmt::format("{} INTO {} ({}, seal) VALUES ({}, row_seal({}))", insert, table.name,
                       table.columns, joined, joined);
}

std::string update_sealed(const SealedTable& table, std::initializer_list<Assignment> assignments,
                          std::string_view where) {
    std::vector<std::string> values = names_in(table.columns);
    std::string set;
    for (const Assignment& assignment : assignments) {
        std::replace(values.begin(), values.end(), std::string{assignment.column},
                     std::string{assignment.value});
        set += fmt::format("{} = {}, ", assignment.column, assignment.value);
    }
    // On the right side of an assignment a column is what it was before
    // (sqlite.org/lang_update.html).
    return fmt::format("UPDATE {} SET {}seal = {} WHERE {}", table.name, set,
                       seal_of_copy(table, fmt::format("{}", fmt::join(values, ", "))), where);
}

std::string seal_of_copy(const SealedTable& table, std::string_view columns) {
    return fmt::format("CASE WHEN {} THEN row_seal({}) ELSE -1 END", is_sealed(table), columns);
}

std::string is_sealed(const SealedTable& table, std::string_view alias) {
    std::vector<std::string> columns = names_in(table.columns);
    const std::string prefix = alias.empty() ? "" : fmt::format("{}.", alias);
    for (std::string& column : columns)
        column.insert(0, prefix);
    return fmt::format("{}seal = row_seal({})", prefix, fmt::join(columns, ", "));
}

}  // namespace callarchive
