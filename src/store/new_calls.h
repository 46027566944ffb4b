#pragma once

#include "sqlite/given_rows.h"
#include "sqlite/statement.h"
#include "sqlite/value_bytes.h"
#include "store/call_id.h"
#include "store/content.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// Rows of table call for calls that are new, gathered and inserted by one statement. Throws.
class NewCalls final : private sqlite::GivenRows {
  public:
    explicit NewCalls(sqlite::Database& database);

    /// What is the same for calls that are inserted together.
    struct Of {
        std::int64_t application_no, source_no, first_seen_ts;

        friend bool operator==(const Of&, const Of&) = default;
    };
    struct Call {
        std::int64_t bucket;
        std::string_view call_id;
        std::int64_t content_hash;
        ContentNumbers numbers;
        std::optional<std::string_view> room_id, callees, extra;
    };
    /// Of the texts, that of the callees is copied; the others must live until insert(). Gives the
    /// number of the row, which is there after insert().
    std::int64_t add(const Of& of, const Call& call);

    [[nodiscard]] bool gathered(std::int64_t application_no, std::string_view call_id) const;

    /// To be called before anything looks into the table, and while the texts live.
    void insert();

    /// Forgets what was gathered, and what was known of the file.
    void forget();

  private:
    // The columns that are given, in this order.
    static constexpr std::size_t integer_columns = 15, text_columns = 3;
    struct Row {
        std::array<std::optional<std::int64_t>, integer_columns> integers;
        std::array<std::optional<std::string_view>, text_columns> texts;
        std::string_view call_id;  ///< given where it is not two numbers
    };

    [[nodiscard]] std::string_view kept(std::string_view text);
    [[nodiscard]] std::int64_t next_call_no();
    [[nodiscard]] std::size_t row_count() const noexcept override { return gathered_; }
    void give(std::size_t row, int column, sqlite::GivenValue value) const noexcept override;

    sqlite::Database& database_;
    Of of_{};
    std::vector<Row> rows_;  ///< of which so many are gathered; the others' memory is reused
    std::size_t gathered_ = 0;
    std::string texts_;         ///< of the gathered, one behind the other; must not be moved
    sqlite::ValueBytes bytes_;  ///< reused from call to call
    sqlite::Statement insert_, newest_;
    std::optional<std::int64_t> newest_call_no_;
};

}  // namespace callarchive
