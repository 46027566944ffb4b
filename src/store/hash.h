#pragma once

#include <cstdint>
#include <string_view>

namespace callarchive {

/// A 64-bit hash of bytes (XXH3) that is the same on every machine and in every version: it is
/// stored. Not for secrets.
[[nodiscard]] std::int64_t stable_hash(std::string_view bytes);

}  // namespace callarchive
