#pragma once

#include "api/record.h"
#include "sqlite/statement.h"
#include "store/source.h"

namespace callarchive {

/// Table rejected_record: one row for each distinct content of a source. Throws.
class RejectedRows {
  public:
    explicit RejectedRows(sqlite::Database& database);

    /// Whether the content was not known yet.
    [[nodiscard]] bool keep(SourceNo source, const RejectedRecord& record, Moment now);

  private:
    sqlite::Statement find_;
    sqlite::Statement insert_;
    sqlite::Statement again_;
};

}  // namespace callarchive
