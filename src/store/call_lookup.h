#pragma once

#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// Finds calls by their id. Its statements are made once: making one of the views takes longer than
/// finding a call. Throws.
class CallLookup {
  public:
    explicit CallLookup(sqlite::Database& database);

    /// As Reader::history(), inside of one snapshot.
    [[nodiscard]] std::vector<Reader::CallHistory> history(const std::string& call_id);

  private:
    [[nodiscard]] std::vector<std::int64_t> applications();
    [[nodiscard]] std::optional<std::int64_t> find(std::int64_t application_no,
                                                   const std::string& call_id);
    [[nodiscard]] Reader::CallHistory load(std::int64_t call_no);

    sqlite::Statement applications_, newest_, older_, probe_, current_, earlier_;
};

}  // namespace callarchive
