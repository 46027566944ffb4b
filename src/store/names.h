#pragma once

#include "sqlite/database.h"
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
    /// `sql` gives the text for the number it is asked with. The slots are a power of 2.
    Names(sqlite::Database& database, std::string sql, std::size_t slots);

    /// Nothing for no number, and for one that is not in the file. Valid until the next call that
    /// asks for another number.
    [[nodiscard]] std::optional<std::string_view> of(const std::optional<std::int64_t>& number);

    /// The next ones are looked up anew.
    void forget();

  private:
    struct Slot {
        std::optional<std::int64_t> number{};
        std::optional<std::string> text{};
    };
    [[nodiscard]] std::optional<std::string> look_up(std::int64_t number);

    sqlite::Database& database_;
    std::string sql_;
    std::optional<sqlite::Statement> find_{};  ///< made when it is first needed
    std::vector<Slot> slots_;
    std::string long_one_;
};

}  // namespace callarchive
