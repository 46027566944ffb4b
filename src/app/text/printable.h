#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace callarchive {

/// Text that is safe on a terminal: control characters, bidirectional overrides and bytes that are
/// no UTF-8 become visible escapes (`\x1b`, `\u202e`). What a caller id may hold must not move the
/// cursor of whoever looks at it.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns a printable text takes on a terminal: wide characters take two, combining ones none.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// The text cut to so many columns, with `…` where something was cut off; padded with spaces to
/// exactly that many.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);

}  // namespace callarchive
