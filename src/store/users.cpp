#include "store/users.h"

#include "sqlite/database.h"
#include "store/hash.h"

#include <utility>

namespace callarchive {
namespace {

// 3 MB. Who is not among them costs a look at the index.
constexpr std::size_t known_max = std::size_t{1} << 17U;

// Reading all user ids pays when so many were looked for in vain.
constexpr std::int64_t misses_enough = 10'000;
// Ten million ids. Where there are more, looks at the index cost time.
constexpr std::size_t filter_bytes_max = std::size_t{16} << 20U;

}  // namespace

Users::Users(sqlite::Database& database)
    : database_(database),
      find_(database, "SELECT user_no FROM user WHERE user_id = ? AND application_no = ?"),
      insert_(database, "INSERT INTO user (user_id, application_no) VALUES (?, ?)"),
      any_(database, "SELECT 1 FROM user LIMIT 1"),
      all_(database, "SELECT user_id, application_no FROM user INDEXED BY sqlite_autoindex_user_1"),
      seed_(hash_seed()),
      known_(known_max) {}

std::int64_t Users::number_of(std::int64_t application_no, std::string_view user_id) {
    const Fingerprint fingerprint = seeded_fingerprint(application_no, user_id, seed_);
    if (const auto known = known_.find(fingerprint)) return static_cast<std::int64_t>(*known);
    std::int64_t number = 0;
    if (may_be_there(fingerprint)) {
        sqlite::Rows rows = find_.query(user_id, application_no);
        if (rows.next()) number = rows.integer(0);
    }
    if (number == 0) {
        insert_.execute(user_id, application_no);
        number = database_.last_insert_rowid();
        added(fingerprint);
    }
    known_.put(fingerprint, static_cast<std::uint64_t>(number));
    return number;
}

bool Users::may_be_there(const Fingerprint& fingerprint) {
    if (!asked_) {
        asked_ = true;
        sqlite::Rows rows = any_.query();
        // Where nobody is yet, the filter knows all who will be.
        if (!rows.next()) there_.emplace();
    }
    return !there_ || there_->may_hold(fingerprint.high);
}

void Users::added(const Fingerprint& fingerprint) {
    if (there_) {
        there_->add(fingerprint.high);
        if (there_->bytes() > filter_bytes_max) there_.reset();
        return;
    }
    if (++misses_ != misses_enough) return;
    BloomFilter all;
    sqlite::Rows rows = all_.query();
    while (rows.next()) {
        all.add(seeded_fingerprint(rows.integer(1), rows.text(0), seed_).high);
        if (all.bytes() > filter_bytes_max) return;
    }
    there_ = std::move(all);
}

void Users::forget() {
    known_.clear();
    there_.reset();
    asked_ = false;
    misses_ = 0;
}

}  // namespace callarchive
