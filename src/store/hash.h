#pragma once

#include "base/recent_table.h"

#include <cstdint>
#include <string_view>

namespace callarchive {

/// A 64-bit hash of bytes (XXH3) that is the same on every machine and in every version: it is
/// stored. Not for secrets.
[[nodiscard]] std::int64_t stable_hash(std::string_view bytes);

/// A seed of this process for what is only remembered, so that nobody who chooses the bytes can
/// choose their hash.
[[nodiscard]] std::uint64_t hash_seed();
[[nodiscard]] std::uint64_t seeded_hash(std::string_view bytes, std::uint64_t seed);

/// 128 bits for a text of an application: nobody finds two that share one.
[[nodiscard]] Fingerprint seeded_fingerprint(std::int64_t application_no, std::string_view text,
                                             std::uint64_t seed);

}  // namespace callarchive
