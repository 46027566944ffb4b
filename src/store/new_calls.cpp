#include "store/new_calls.h"

#include "sqlite/database.h"
#include "store/failure.h"
#include "store/participants.h"
#include "store/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace callarchive {
namespace {

constexpr const char* given_name = "gathered_calls";
// 100 KB with their texts; more at once gain nothing.
constexpr std::size_t gathered_max = 256;

// And so much of texts that are copied; one that is longer makes room for itself.
constexpr std::size_t texts_first = 32'768;

constexpr std::int64_t first_revision = 1;
constexpr std::nullopt_t not_changed = std::nullopt;

// Of the columns that are given. What is the same in every row is none of them: SQLite asks for
// each, and that takes longer than to write it. 1 and NULL are first_revision and not_changed.
constexpr std::size_t call_id_high_column = 2;
constexpr const char* values_of_row =
    "c0, ?1, ?2, ?2, c1, c2, c3, c4, c5, 1, ?3, NULL, c6, c7, c8, c9, c10, c11, c12, c15, c16, "
    "c17, c13, c14";

/// The columns of a row, in the order in which the table has them and the values are.
std::string columns_of_row() {
    std::string sealed{sealed_call.columns};
    constexpr std::string_view call_id = "call_id";
    sealed.replace(sealed.find(call_id), call_id.size(), "call_id_high");
    return fmt::format("call_no, {}, seal, call_id_low", sealed);
}

}  // namespace

// A row that is there already would be damage, and insert() tells it. Any other way to treat it
// might abort the statement, and SQLite would copy each page first to undo it.
NewCalls::NewCalls(sqlite::Database& database)
    : GivenRows(database, given_name, integer_columns + text_columns),
      database_(database),
      rows_(gathered_max),
      insert_(database, fmt::format("INSERT OR IGNORE INTO {} ({}) SELECT {} FROM {}",
                                    sealed_call.name, columns_of_row(), values_of_row, given_name)),
      newest_(database, "SELECT max(call_no) FROM call") {}

std::int64_t NewCalls::add(const Of& of, const Call& call) {
    if (gathered_ == rows_.size() || (gathered_ > 0 && of != of_)) insert();
    const std::int64_t call_no = next_call_no();
    const auto callees = call.callees ? std::optional{kept(*call.callees)} : std::nullopt;
    of_ = of;
    const ContentNumbers& is = call.numbers;
    bytes_.clear();
    // The columns of sealed_call, in their order.
    bytes_.add(of.application_no, of.source_no, of.source_no, call.bucket, call.call_id,
               call.content_hash, is.room_id_type, is.total_user_number, first_revision,
               of.first_seen_ts, not_changed, is.start_ts, is.accept_ts, is.end_ts, is.media_type,
               is.call_type, is.call_result, is.caller_no, call.room_id, callees, call.extra);
    const std::int64_t seal = row_seal(bytes_.view());
    std::optional<std::int64_t> high, low;
    if (const auto id = numbers_of_call_id(call.call_id)) {
        high = id->high;
        low = id->low;
    }
    rows_[gathered_++] = {
        .integers = {call_no, call.bucket, high, call.content_hash, is.room_id_type,
                     is.total_user_number, is.start_ts, is.accept_ts, is.end_ts, is.media_type,
                     is.call_type, is.call_result, is.caller_no, seal, low},
        .texts = {call.room_id, callees, call.extra},
        .call_id = call.call_id};
    newest_call_no_ = call_no;
    return call_no;
}

/// Copied to where it stays until insert(), for which it makes room if there is none.
std::string_view NewCalls::kept(std::string_view text) {
    if (texts_.capacity() < texts_first || texts_.capacity() - texts_.size() < text.size()) {
        insert();
        texts_.clear();
        texts_.reserve(std::max(texts_first, text.size()));
    }
    texts_.append(text);
    return std::string_view{texts_}.substr(texts_.size() - text.size());
}

std::int64_t NewCalls::next_call_no() {
    if (!newest_call_no_) {
        sqlite::Rows rows = newest_.query();
        newest_call_no_ = rows.next() ? rows.integer(0) : 0;
    }
    if (*newest_call_no_ >= Participants::call_no_max)
        throw Refusal(ErrorKind::damaged, "no number is left for a new call");
    return *newest_call_no_ + 1;
}

bool NewCalls::gathered(std::int64_t application_no, std::string_view call_id) const {
    if (application_no != of_.application_no) return false;
    return std::any_of(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(gathered_),
                       [&](const Row& row) { return row.call_id == call_id; });
}

void NewCalls::insert() {
    if (gathered_ == 0) return;
    insert_.execute(of_.application_no, of_.source_no, of_.first_seen_ts);
    if (database_.changes() != static_cast<std::int64_t>(gathered_)) {
        throw Refusal(ErrorKind::damaged,
                      "a call that is not found by its id cannot be added either");
    }
    gathered_ = 0;
    texts_.clear();
}

void NewCalls::forget() {
    gathered_ = 0;
    // With their memory: it is as large as the largest text was.
    std::string{}.swap(texts_);
    bytes_.forget();
    newest_call_no_.reset();
}

void NewCalls::give(std::size_t row, int column, sqlite::GivenValue value) const noexcept {
    const Row& given = rows_[row];
    const auto at = static_cast<std::size_t>(column);
    if (at >= integer_columns) return value.set(given.texts[at - integer_columns]);
    if (given.integers[at]) return value.set(*given.integers[at]);
    if (at == call_id_high_column) value.set(given.call_id);
}

}  // namespace callarchive
