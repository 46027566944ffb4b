#pragma once

#include "plan/ledger.h"
#include "sqlite/statement.h"
#include "store/source.h"

#include <map>

namespace callarchive {

/// The ledger of a source: table coverage_segment and columns of table source. The coverage is read
/// once and remembered, for only the one writer writes it, and after a year it may be hundreds of
/// rows; the rest, where somebody else may acknowledge a gap, is read each time. Throws.
class LedgerRows {
  public:
    explicit LedgerRows(sqlite::Database& database);

    /// Refuses rows that are no ledger (damaged) and an unknown source (not_found).
    [[nodiscard]] Ledger load(SourceNo source);

    /// Writes the rows that differ. Gaps acknowledged meanwhile by somebody else stay acknowledged.
    void store(SourceNo source, const Ledger& ledger);

    /// Forgets what was remembered, with the transaction that wrote it.
    void forget() { remembered_.clear(); }

  private:
    [[nodiscard]] const Coverage& coverage_of(SourceNo source, Moment beginning);

    sqlite::Statement load_source_;
    sqlite::Statement load_segments_;
    sqlite::Statement store_source_;
    sqlite::Statement store_segment_;
    sqlite::Statement delete_segment_;
    std::map<SourceNo, Coverage> remembered_;
};

}  // namespace callarchive
