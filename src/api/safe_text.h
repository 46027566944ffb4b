#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace callarchive {

/// Length in bytes of the well-formed UTF-8 character at `at` (1 to 4), or 0 where there is none.
/// Requires at < text.size().
[[nodiscard]] std::size_t utf8_length(std::string_view text, std::size_t at);

/// Foreign text made fit for a log: at most about `bytes_max` bytes, control characters and bytes
/// that are no UTF-8 escaped, and every run of characters long enough to be a key or a UserSig
/// replaced by `***`, for a server may echo what it was sent.
[[nodiscard]] std::string safe_excerpt(std::string_view text, std::size_t bytes_max = 300);

/// JSON made readable again: bytes that are no UTF-8 become U+FFFD, and control characters that
/// stand bare inside a string are escaped. Text that was well-formed comes back unchanged.
[[nodiscard]] std::string repaired_json(std::string_view json);

}  // namespace callarchive
