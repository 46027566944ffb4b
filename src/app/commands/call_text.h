#pragma once

#include "store/reader.h"

#include <array>
#include <cstddef>
#include <string>

namespace callarchive {

/// A table of calls fitted to a terminal's width. Where there is no room for all, what matters
/// least is left out first; the call id comes last and is whole, for it is what one copies into
/// `show`; only one beyond 128 bytes is cut. 0 columns: no terminal, and names are whole, though
/// they may reach beyond their column.
class CallTable {
  public:
    CallTable(std::size_t columns, bool local);
    [[nodiscard]] std::string header() const;
    [[nodiscard]] std::string row(const StoredCall& call) const;

  private:
    static constexpr std::size_t cell_count = 8;
    using Cells = std::array<std::string, cell_count>;

    [[nodiscard]] std::string line(const Cells& cells) const;

    std::array<std::size_t, cell_count> widths_{};  ///< 0: left out
    bool local_;
    bool to_terminal_;
};

/// `2026-03-01 08:00:00` in UTC, or `2026-03-01 09:00:00+0100` in the machine's zone, where an hour
/// may come twice; `-` for none.
[[nodiscard]] std::string time_for_people(const std::optional<std::int64_t>& unix_seconds,
                                          bool local);

}  // namespace callarchive
