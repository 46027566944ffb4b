#pragma once

#include "sqlite/statement.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace callarchive {

/// One of the tables media_type, call_type, call_result: a text value of a small set and its
/// number. A value nobody has seen before gets the next number. Throws.
class Dictionary {
  public:
    Dictionary(sqlite::Database& database, const std::string& table);

    [[nodiscard]] std::optional<std::int64_t> number_of(const std::optional<std::string>& name);

    /// After a rollback what was remembered may not be in the file.
    void forget();

  private:
    using Known = std::unordered_map<std::string, std::int64_t>;
    [[nodiscard]] const Known::value_type& find(const std::string& name);

    sqlite::Database& database_;
    sqlite::Statement find_;
    sqlite::Statement insert_;
    Known known_;
    /// Of the known that share a place, the one that was asked for last.
    std::array<const Known::value_type*, 32> recent_{};
};

}  // namespace callarchive
