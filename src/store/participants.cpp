#include "store/participants.h"

#include "base/sort_by_number.h"
#include "store/failure.h"

#include <fmt/format.h>

#include <iterator>

namespace callarchive {
namespace {

// Those of a large transaction: 6 MB, and as much again while they are sorted.
constexpr std::size_t gathered_max = 250'000;

constexpr const char* given_name = "gathered_participants";
constexpr int given_columns = 4;

/// The first value of column call_roles that is this call's; three more are.
std::int64_t first_of(std::int64_t call_no) {
    if (call_no < 0 || call_no > Participants::call_no_max)
        throw Refusal(ErrorKind::damaged, "a call has a number that none is given");
    return call_no * 4;
}

}  // namespace

// A row that is there already can only be left of damage, which verify tells. Any other way to
// treat it might abort the statement, and SQLite would copy each page first to undo it.
Participants::Participants(sqlite::Database& database)
    : GivenRows(database, given_name, given_columns),
      insert_(database,
              fmt::format("INSERT OR IGNORE INTO participant SELECT * FROM {}", given_name)),
      delete_(database,
              "DELETE FROM participant WHERE week = ? AND user_no = ? AND second = ? AND "
              "call_roles BETWEEN ? AND ?") {}

void Participants::add(const Of& call, const std::optional<std::int64_t>& caller_no,
                       std::span<const std::int64_t> callee_nos) {
    if (caller_no) gather(call, *caller_no, Role::caller);
    for (const std::int64_t callee_no : callee_nos)
        gather(call, callee_no, Role::callee);
    // Only now: all roles of a person must be among what is written.
    if (gathered_.size() >= gathered_max) write();
}

void Participants::gather(const Of& call, std::int64_t user_no, Role role) {
    gathered_.push_back({.user_no = user_no,
                         .start_ts = call.start_ts,
                         .call_roles = first_of(call.call_no) + static_cast<std::int64_t>(role)});
}

void Participants::remove(const Of& call, std::int64_t user_no) {
    // What is to be removed may still be among what was gathered.
    write();
    const std::int64_t first = first_of(call.call_no);
    delete_.execute(week_of(call.start_ts), user_no, second_of_week(call.start_ts), first,
                    first + 3);
}

/// Nearly as the table is sorted: what a user has in a week stays in the order of arrival, which is
/// mostly that of the starts, and leaves what was told of one call side by side.
void Participants::sort() {
    sort_by_number(gathered_, [](const Row& row) { return row.user_no; });
    sort_by_number(gathered_, [](const Row& row) { return row.week(); });
}

/// Makes one row of all that a person is in a call.
void Participants::merge_roles() {
    auto last = gathered_.begin();
    for (auto row = gathered_.begin(); row != gathered_.end(); ++row) {
        if (row->same_but_for_roles(*last)) {
            last->call_roles |= row->call_roles;
        } else {
            *++last = *row;
        }
    }
    if (last != gathered_.end()) gathered_.erase(std::next(last), gathered_.end());
}

void Participants::give(std::size_t row, int column, sqlite::GivenValue value) const noexcept {
    const Row& given = gathered_[row];
    switch (column) {
        case 0:
            return value.set(given.week());
        case 1:
            return value.set(given.user_no);
        case 2:
            return value.set(second_of_week(given.start_ts));
        default:
            return value.set(given.call_roles);
    }
}

void Participants::write() {
    if (gathered_.empty()) return;
    sort();
    merge_roles();
    insert_.execute();
    gathered_.clear();
}

}  // namespace callarchive
