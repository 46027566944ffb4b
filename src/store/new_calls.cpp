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

constexpr std::int64_t first_revision = 1;
constexpr std::optional<std::int64_t> not_changed{};

constexpr int sealed_columns = 21;
constexpr int call_id_column = 4;

// Before them the number, behind them the seal and what is left of the id.
constexpr int seal_column = sealed_columns + 1;
constexpr int call_id_low_column = seal_column + 1;
constexpr int given_columns = call_id_low_column + 1;

/// The columns of a row, in the order in which they are given.
std::string columns_of_row() {
    std::string sealed{sealed_call.columns};
    constexpr std::string_view call_id = "call_id";
    sealed.replace(sealed.find(call_id), call_id.size(), "call_id_high");
    return fmt::format("call_no, {}, seal, call_id_low", sealed);
}

/// The columns of sealed_call, in their order.
template <typename To>
void tell(const NewCalls::Call& call, int column, To&& to) {
    const Content& content = call.content;
    switch (column) {
        case 0:
            return to(call.application_no);
        case 1:
        case 2:  // which told this version
            return to(call.source_no);
        case 3:
            return to(call.bucket);
        case call_id_column:
            return to(call.call_id);
        case 5:
            return to(call.content_hash);
        case 6:
            return to(content.room_id_type);
        case 7:
            return to(content.total_user_number);
        case 8:
            return to(first_revision);
        case 9:
            return to(call.first_seen_ts);
        case 10:
            return to(not_changed);
        case 11:
            return to(content.start_ts);
        case 12:
            return to(content.accept_ts);
        case 13:
            return to(content.end_ts);
        case 14:
            return to(content.media_type);
        case 15:
            return to(content.call_type);
        case 16:
            return to(content.call_result);
        case 17:
            return to(content.caller_no);
        case 18:
            return to(content.room_id);
        case 19:
            return to(content.callees);
        default:
            return to(content.extra);
    }
}

}  // namespace

// A row that is there already would be damage, and insert() tells it. Any other way to treat it
// might abort the statement, and SQLite would copy each page first to undo it.
NewCalls::NewCalls(sqlite::Database& database)
    : GivenRows(database, given_name, given_columns),
      database_(database),
      insert_(database, fmt::format("INSERT OR IGNORE INTO {} ({}) SELECT * FROM {}",
                                    sealed_call.name, columns_of_row(), given_name)),
      newest_(database, "SELECT max(call_no) FROM call") {}

std::int64_t NewCalls::add(Call call) {
    if (rows_.size() == gathered_max) insert();
    const std::int64_t call_no = next_call_no();
    bytes_.clear();
    for (int column = 0; column < sealed_columns; ++column)
        tell(call, column, [&](const auto& value) { bytes_.add(value); });
    const auto id = numbers_of_call_id(call.call_id);
    rows_.push_back(
        {.call_no = call_no, .call = std::move(call), .id = id, .seal = row_seal(bytes_.view())});
    newest_call_no_ = call_no;
    return call_no;
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
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
        return row.call.call_id == call_id && row.call.application_no == application_no;
    });
}

void NewCalls::insert() {
    if (rows_.empty()) return;
    insert_.execute();
    if (database_.changes() != static_cast<std::int64_t>(rows_.size())) {
        throw Refusal(ErrorKind::damaged,
                      "a call that is not found by its id cannot be added either");
    }
    rows_.clear();
}

void NewCalls::forget() {
    rows_.clear();
    newest_call_no_.reset();
}

void NewCalls::give(std::size_t row, int column, sqlite::GivenValue value) const noexcept {
    const Row& given = rows_[row];
    if (column == 0) return value.set(given.call_no);
    if (column == seal_column) return value.set(given.seal);
    if (given.id) {
        if (column == call_id_column + 1) return value.set(given.id->high);
        if (column == call_id_low_column) return value.set(given.id->low);
    } else if (column == call_id_low_column) {
        return;
    }
    tell(given.call, column - 1, [&](const auto& told) { value.set(told); });
}

}  // namespace callarchive
