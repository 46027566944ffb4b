#pragma once

#include "sqlite/statement.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// Texts that rows name by number, remembered: what the subselects of the views look up each time.
/// Memory is bounded by the number of slots. Throws.
class Names {
  public:
    /// `sql` gives the text for the number it is asked with.
    Names(sqlite::Database& database, const char* sql, std::size_t slots);

    /// Nothing for no number, and for one that is not in the file. Valid until the next call that
    /// asks for another number.
    [[nodiscard]] std::optional<std::string_view> of(const std::optional<std::int64_t>& number);

  private:
    struct Slot {
        std::optional<std::int64_t> number{};
        std::optional<std::string> text{};
    };
    sqlite::Statement find_;
    std::vector<Slot> slots_;
    std::string long_one_;
};

}  // namespace callarchive
