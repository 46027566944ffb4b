#pragma once

#include "plan/ledger.h"
#include "sqlite/statement.h"
#include "store/source.h"

namespace callarchive {

/// The ledger of a source: table coverage_segment and columns of table source. Throws.
class LedgerRows {
  public:
    explicit LedgerRows(sqlite::Database& database);

    /// Refuses rows that are no ledger (damaged) and an unknown source (not_found).
    [[nodiscard]] Ledger load(SourceNo source);

    /// Writes the rows that differ. Gaps acknowledged meanwhile by somebody else stay acknowledged.
    void store(SourceNo source, const Ledger& ledger);

  private:
    sqlite::Statement load_source_;
    sqlite::Statement load_segments_;
    sqlite::Statement store_source_;
    sqlite::Statement store_segment_;
    sqlite::Statement delete_segment_;
};

}  // namespace callarchive
