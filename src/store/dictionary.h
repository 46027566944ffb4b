#pragma once

#include "sqlite/statement.h"

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
    void forget() { known_.clear(); }

  private:
    sqlite::Database& database_;
    sqlite::Statement find_;
    sqlite::Statement insert_;
    std::unordered_map<std::string, std::int64_t> known_;
};

}  // namespace callarchive
