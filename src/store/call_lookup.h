#pragma once

#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/call_row.h"
#include "store/reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// Finds calls by their id. Its statements are made once: making them takes longer than finding a
/// call. Throws.
class CallLookup {
  public:
    /// The reader must outlive it.
    CallLookup(sqlite::Database& database, CallRowReader& reader);

    /// As Reader::history(), inside of one snapshot.
    [[nodiscard]] std::vector<Reader::CallHistory> history(const std::string& call_id);

  private:
    [[nodiscard]] std::vector<std::int64_t> applications();
    [[nodiscard]] std::optional<std::int64_t> find(std::int64_t application_no,
                                                   const std::string& call_id);
    [[nodiscard]] std::optional<Reader::CallHistory> load(std::int64_t call_no);

    sqlite::Database& database_;
    CallRowReader& reader_;
    sqlite::Statement applications_, at_or_before_, current_, has_earlier_;
    std::optional<sqlite::Statement> earlier_{};  ///< made when it is first needed
};

}  // namespace callarchive
