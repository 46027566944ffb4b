#pragma once

#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace callarchive {

/// `2026-11-23T10:15:00Z`; years outside 0000–9999 are given as plain unix seconds.
[[nodiscard]] std::string to_iso8601(Moment moment);

/// Reads `2026-11-23T10:15:00Z`, with an offset such as `+08:00`, with fractions (cut off), or a
/// date alone (its first second, UTC). Nothing where the text is none of these.
[[nodiscard]] std::optional<Moment> parse_iso8601(std::string_view text);

/// `90s` as `1m 30s`, `604800s` as `7d`: the two largest units that are not zero.
[[nodiscard]] std::string to_words(Seconds duration);

/// A number with `ms`, `s`, `m`, `h` or `d`, as the configuration writes it: `1m`, `250ms`, `1.5h`.
/// Nothing where the text is none, negative, or more than 100 years.
[[nodiscard]] std::optional<Milliseconds> parse_duration(std::string_view text);

/// The shortest text parse_duration() reads back to the same value: `7d`, `90m`, `250ms`.
[[nodiscard]] std::string to_text(Milliseconds duration);

}  // namespace callarchive
