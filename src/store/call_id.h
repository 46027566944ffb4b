#pragma once

#include "sqlite/database.h"
#include "sqlite/statement.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callarchive {

/// A call id as two numbers, which is how table call holds the vendor's
/// (migrations/0003_smaller_rows.sql): 16 bytes instead of 36.
struct CallIdNumbers {
    std::int64_t high, low;  ///< the first and the second 64 bits

    friend bool operator==(const CallIdNumbers&, const CallIdNumbers&) = default;
};

/// Nothing unless it is a UUID of 8-4-4-4-12 digits in lower case (RFC 9562, section 4): any other
/// would not come back as it was.
[[nodiscard]] std::optional<CallIdNumbers> numbers_of_call_id(std::string_view call_id);

/// A call id read from columns call_id_high and call_id_low, as column call_id would give it and
/// for less.
class CallIdText {
  public:
    static constexpr std::size_t size = 36;

    CallIdText();

    /// The columns stand side by side from `high` on. Valid until the next at() or until the row
    /// is left.
    [[nodiscard]] std::string_view at(const sqlite::Rows& rows, int high);
    [[nodiscard]] std::string_view of(const CallIdNumbers& numbers);

  private:
    std::array<char, size> text_{};
};

/// Has column call_id made by CallIdText on this connection instead of by SQLite's printf(): the
/// index needs it of each new call, and it is a twentieth of what one costs. Throws.
void add_call_id_print(sqlite::Database& database);

}  // namespace callarchive
