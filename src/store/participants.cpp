#include "store/participants.h"

#include "store/buckets.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace callarchive {
namespace {

// Those of a large transaction: 10 MB.
constexpr std::size_t gathered_max = 250'000;

// Starting a statement costs as much as a row; more rows than this gain nothing more.
constexpr std::size_t rows_at_once = 8;
constexpr int columns = 5;

std::string insert_of(std::size_t rows) {
    // A row that is there already can only be left of damage, which verify tells. Any other way to
    // treat it might abort the statement, and SQLite would copy each page first to undo it.
    std::string sql = "INSERT OR IGNORE INTO participant VALUES (?, ?, ?, ?, ?)";
    for (std::size_t i = 1; i < rows; ++i)
        sql += ", (?, ?, ?, ?, ?)";
    return sql;
}

}  // namespace

Participants::Participants(sqlite::Database& database)
    : insert_(database, insert_of(1)),
      insert_several_(database, insert_of(rows_at_once)),
      delete_(database,
              "DELETE FROM participant WHERE period = ? AND user_no = ? AND start_ts = ? AND "
              "call_no = ?") {}

void Participants::add(const Of& call, const std::optional<std::int64_t>& caller_no,
                       std::span<const std::int64_t> callee_nos) {
    if (caller_no) gather(call, *caller_no, Role::caller);
    for (const std::int64_t callee_no : callee_nos)
        gather(call, callee_no, Role::callee);
    // Only now: all roles of a person must be among what is written.
    if (gathered_.size() >= gathered_max) write();
}

void Participants::gather(const Of& call, std::int64_t user_no, Role role) {
    gathered_.push_back({.period = week_of(call.start_ts),
                         .user_no = user_no,
                         .start_ts = call.start_ts,
                         .call_no = call.call_no,
                         .roles = static_cast<std::int64_t>(role)});
}

void Participants::remove(const Of& call, std::int64_t user_no) {
    // What is to be removed may still be among what was gathered.
    write();
    delete_.execute(week_of(call.start_ts), user_no, call.start_ts, call.call_no);
}

/// Sorts, and makes one row of all that a person is in a call.
void Participants::merge_roles() {
    std::sort(gathered_.begin(), gathered_.end(),
              [](const Row& a, const Row& b) { return a.key() < b.key(); });
    auto last = gathered_.begin();
    for (auto row = gathered_.begin(); row != gathered_.end(); ++row) {
        if (row->key() == last->key()) {
            last->roles |= row->roles;
        } else {
            *++last = *row;
        }
    }
    if (last != gathered_.end()) gathered_.erase(std::next(last), gathered_.end());
}

void Participants::bind(sqlite::Statement& statement, int before, const Row& row) {
    statement.bind(before + 1, row.period);
    statement.bind(before + 2, row.user_no);
    statement.bind(before + 3, row.start_ts);
    statement.bind(before + 4, row.call_no);
    statement.bind(before + 5, row.roles);
}

void Participants::write() {
    merge_roles();
    std::size_t next = 0;
    for (; next + rows_at_once <= gathered_.size(); next += rows_at_once) {
        insert_several_.begin(rows_at_once * columns);
        for (std::size_t i = 0; i < rows_at_once; ++i)
            bind(insert_several_, static_cast<int>(i) * columns, gathered_[next + i]);
        sqlite::Rows rows = insert_several_.rows();
        while (rows.next()) {
        }
    }
    for (; next < gathered_.size(); ++next) {
        const Row& row = gathered_[next];
        insert_.execute(row.period, row.user_no, row.start_ts, row.call_no, row.roles);
    }
    gathered_.clear();
}

}  // namespace callarchive
