#pragma once

#include "base/recent_table.h"
#include "sqlite/statement.h"

#include <cstdint>
#include <string_view>

namespace callarchive {

/// Table user: a user id of an application and its number. Throws.
class Users {
  public:
    explicit Users(sqlite::Database& database);

    /// The number of a user, who is added where nobody has seen them before.
    [[nodiscard]] std::int64_t number_of(std::int64_t application_no, std::string_view user_id);

    /// After a rollback what was remembered may not be in the file.
    void forget() { known_.clear(); }

  private:
    sqlite::Database& database_;
    sqlite::Statement find_;
    sqlite::Statement insert_;
    std::uint64_t seed_;
    RecentTable known_;
};

}  // namespace callarchive
