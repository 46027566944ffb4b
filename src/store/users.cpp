#include "store/users.h"

#include "sqlite/database.h"
#include "store/failure.h"
#include "store/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace callarchive {
namespace {

// 3 MB. Who is not among them costs a look at the index.
constexpr std::size_t known_max = std::size_t{1} << 17U;

// Reading all user ids pays when so many were looked for in vain.
constexpr std::int64_t misses_enough = 10'000;
// Ten million ids. Where there are more, looks at the index cost time.
constexpr std::size_t filter_bytes_max = std::size_t{16} << 20U;

constexpr const char* given_name = "gathered_users";
constexpr int given_columns = 3;
// More at once gain nothing, and those who are sought are looked for among them one by one.
constexpr std::size_t gathered_max = 128;

}  // namespace

// A row that is there already would be damage, and insert() tells it. Any other way to treat it
// might abort the statement, and SQLite would copy each page first to undo it.
Users::Users(sqlite::Database& database)
    : GivenRows(database, given_name, given_columns),
      database_(database),
      find_(database, "SELECT user_no FROM user WHERE user_id = ? AND application_no = ?"),
      insert_(database, fmt::format("INSERT OR IGNORE INTO user (user_no, application_no, user_id) "
                                    "SELECT * FROM {}",
                                    given_name)),
      newest_(database, "SELECT max(user_no) FROM user"),
      all_(database, "SELECT user_id, application_no FROM user INDEXED BY sqlite_autoindex_user_1"),
      seed_(hash_seed()),
      known_(known_max) {}

Fingerprint Users::fingerprint_of(std::int64_t application_no, std::string_view user_id) const {
    return seeded_fingerprint(application_no, user_id, seed_);
}

std::int64_t Users::number_of(std::int64_t application_no, std::string_view user_id,
                              const Fingerprint& fingerprint) {
    if (const auto known = known_.find(fingerprint)) return static_cast<std::int64_t>(*known);
    auto number = stored(application_no, user_id, fingerprint);
    if (!number) number = gather(application_no, user_id, fingerprint);
    known_.put(fingerprint, static_cast<std::uint64_t>(*number));
    return *number;
}

std::optional<std::int64_t> Users::stored(std::int64_t application_no, std::string_view user_id,
                                          const Fingerprint& fingerprint) {
    if (!may_be_there(fingerprint)) return std::nullopt;
    const auto gathered = std::find_if(gathered_.begin(), gathered_.end(), [&](const Row& row) {
        return row.fingerprint == fingerprint;
    });
    if (gathered != gathered_.end()) return gathered->user_no;
    sqlite::Rows rows = find_.query(user_id, application_no);
    return rows.next() ? std::optional{rows.integer(0)} : std::nullopt;
}

std::int64_t Users::gather(std::int64_t application_no, std::string_view user_id,
                           const Fingerprint& fingerprint) {
    if (gathered_.size() == gathered_max) insert();
    const std::int64_t newest = newest_user_no();
    if (newest == std::numeric_limits<std::int64_t>::max())
        throw Refusal(ErrorKind::damaged, "no number is left for a new user");
    gathered_.push_back({.user_no = newest + 1,
                         .application_no = application_no,
                         .user_id = std::string{user_id},
                         .fingerprint = fingerprint});
    newest_user_no_ = newest + 1;
    added(fingerprint);
    return newest + 1;
}

std::int64_t Users::newest_user_no() {
    if (!newest_user_no_) {
        sqlite::Rows rows = newest_.query();
        newest_user_no_ = rows.next() ? rows.integer(0) : 0;
        // Where nobody is yet, the filter knows all who will be.
        if (rows.is_null(0)) there_.emplace();
    }
    return *newest_user_no_;
}

bool Users::may_be_there(const Fingerprint& fingerprint) {
    static_cast<void>(newest_user_no());
    return !there_ || there_->may_hold(fingerprint.high);
}

void Users::insert() {
    if (gathered_.empty()) return;
    insert_.execute();
    if (database_.changes() != static_cast<std::int64_t>(gathered_.size())) {
        throw Refusal(ErrorKind::damaged,
                      "a user who is not found by their id cannot be added either");
    }
    gathered_.clear();
}

void Users::give(std::size_t row, int column, sqlite::GivenValue value) const noexcept {
    const Row& given = gathered_[row];
    switch (column) {
        case 0:
            return value.set(given.user_no);
        case 1:
            return value.set(given.application_no);
        default:
            return value.set(std::string_view{given.user_id});
    }
}

void Users::added(const Fingerprint& fingerprint) {
    if (there_) {
        there_->add(fingerprint.high);
        if (there_->bytes() > filter_bytes_max) there_.reset();
        return;
    }
    if (++misses_ != misses_enough) return;
    insert();
    BloomFilter all;
    sqlite::Rows rows = all_.query();
    while (rows.next()) {
        all.add(fingerprint_of(rows.integer(1), rows.text(0)).high);
        if (all.bytes() > filter_bytes_max) return;
    }
    there_ = std::move(all);
}

void Users::forget() {
    gathered_.clear();
    known_.clear();
    newest_user_no_.reset();
    there_.reset();
    misses_ = 0;
}

}  // namespace callarchive
