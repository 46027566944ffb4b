#pragma once

#include "sqlite/given_rows.h"
#include "sqlite/statement.h"
#include "sqlite/value_bytes.h"
#include "store/call_id.h"
#include "store/content.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace callarchive {

/// Rows of table call for calls that are new, gathered and inserted by one statement. Throws.
class NewCalls final : private sqlite::GivenRows {
  public:
    explicit NewCalls(sqlite::Database& database);

    struct Call {
        std::int64_t application_no, source_no, bucket;
        std::string_view call_id;  ///< must live until insert()
        std::int64_t content_hash, first_seen_ts;
        Content content;
    };
    /// Gives the number of the row, which is there after insert().
    std::int64_t add(Call call);

    [[nodiscard]] bool gathered(std::int64_t application_no, std::string_view call_id) const;

    /// To be called before anything looks into the table, and while the texts live.
    void insert();

    /// Forgets what was gathered, and what was known of the file.
    void forget();

  private:
    struct Row {
        std::int64_t call_no;
        Call call;
        std::optional<CallIdNumbers> id;
        std::int64_t seal;
    };

    [[nodiscard]] std::int64_t next_call_no();
    [[nodiscard]] std::size_t row_count() const noexcept override { return rows_.size(); }
    void give(std::size_t row, int column, sqlite::GivenValue value) const noexcept override;

    sqlite::Database& database_;
    std::vector<Row> rows_;
    sqlite::Statement insert_, newest_;
    std::optional<std::int64_t> newest_call_no_;
    sqlite::ValueBytes bytes_;  ///< reused from call to call
};

}  // namespace callarchive
