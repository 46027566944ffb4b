#pragma once

#include "base/time.h"

#include <optional>
#include <string_view>

namespace callarchive {

/// The moment of a date as all servers write it today: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110,
/// 5.6.7, IMF-fixdate), from 1970 on. Nothing where the text is anything else, readable or not:
/// libcurl reads a dozen other forms, at a price that a page's answer pays once.
[[nodiscard]] std::optional<Moment> imf_fixdate(std::string_view text);

}  // namespace callarchive
