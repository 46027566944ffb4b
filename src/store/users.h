#pragma once

#include "base/bloom_filter.h"
#include "base/recent_table.h"
#include "sqlite/statement.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace callarchive {

/// Table user: a user id of an application and its number. Throws.
class Users {
  public:
    explicit Users(sqlite::Database& database);

    /// The number of a user, who is added where nobody has seen them before.
    [[nodiscard]] std::int64_t number_of(std::int64_t application_no, std::string_view user_id);

    /// After a rollback what was remembered may not be in the file.
    void forget();

  private:
    [[nodiscard]] bool may_be_there(const Fingerprint& fingerprint);
    void added(const Fingerprint& fingerprint);

    sqlite::Database& database_;
    sqlite::Statement find_;
    sqlite::Statement insert_;
    sqlite::Statement any_;
    sqlite::Statement all_;
    std::uint64_t seed_;
    RecentTable known_;
    /// All users of the file; none while few new ones came.
    std::optional<BloomFilter> there_;
    bool asked_ = false;  ///< whether the file has any
    std::int64_t misses_ = 0;
};

}  // namespace callarchive
