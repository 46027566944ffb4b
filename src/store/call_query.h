#pragma once

#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/call_row.h"
#include "store/condition.h"
#include "store/reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// The columns of the views call_row and revision_row that stored_call_at() reads, in its order.
extern const char* const stored_call_columns;
[[nodiscard]] StoredCall stored_call_at(const sqlite::Rows& rows);
/// A row as the views show it, to keep.
[[nodiscard]] StoredCall stored_call_of(const CallRow& row);

/// Where a page of calls ended: the last one given out.
struct PagePosition {
    std::optional<std::int64_t> start_ts;
    std::int64_t call_no = 0;
};

/// Calls that were read at once.
struct CallPage {
    std::vector<StoredCall> calls{};
    bool is_full = false;  ///< no more fit in; else nothing comes after it
};

class PageBuilder;

/// One page of the calls that match a filter, in order; calls without a start are the oldest.
/// Throws.
class CallQuery {
  public:
    CallQuery(const CallFilter& filter, CallOrder order);

    /// At most `limit` calls after `after`, fewer where they are large; where it ends is put there.
    /// Inside of one snapshot.
    [[nodiscard]] CallPage page(sqlite::Database& database, CallRowReader& reader,
                                std::int64_t limit, std::optional<PagePosition>& after) const;

  private:
    [[nodiscard]] std::vector<Condition> ranges(const std::optional<PagePosition>& after) const;
    [[nodiscard]] std::string sql(const Condition& range, bool one_application) const;
    void run(sqlite::Database& database, const Condition& range, PageBuilder& page) const;

    CallFilter asked_;
    Condition filter_;
    CallOrder order_;
    bool starts_only_ = false;
};

}  // namespace callarchive
