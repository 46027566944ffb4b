#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace callarchive {

/// Text that is safe on a terminal: control characters, bidirectional overrides, characters that
/// show nothing and bytes that are no UTF-8 become visible escapes (`\x1b`, `\u202e`). What a
/// caller id may hold must not move the cursor of whoever looks at it, nor look like another id.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether all of the text is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text);

/// JSON with the same characters written as \u escapes, which mean the same. `json` must be valid,
/// with the control characters below U+0020 escaped already.
[[nodiscard]] std::string printable_json(std::string_view json);

/// Whether letters that are written from right to left are in it.
[[nodiscard]] bool has_right_to_left(std::string_view text);

/// Takes no column, and ends whatever is written from right to left before it (U+200E).
inline constexpr std::string_view left_to_right_mark = "\xe2\x80\x8e";

/// Columns a printable text takes on a terminal: wide characters take two, combining ones none.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// The text cut to so many columns, with `…` where something was cut off; padded with spaces to
/// exactly that many. A heap of characters without a width is cut off too.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);

}  // namespace callarchive
