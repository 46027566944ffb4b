#include "store/hash.h"

#include <xxhash.h>

#include <bit>
#include <random>

namespace callarchive {

std::int64_t stable_hash(std::string_view bytes) {
    return std::bit_cast<std::int64_t>(std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
}

std::uint64_t hash_seed() {
    std::random_device random;
    return (std::uint64_t{random()} << 32U) | random();
}

std::uint64_t seeded_hash(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Fingerprint seeded_fingerprint(std::int64_t application_no, std::string_view text,
                               std::uint64_t seed) {
    const XXH128_hash_t hash = XXH3_128bits_withSeed(text.data(), text.size(), seed);
    // One text of two applications differs in this alone: in many bits, all over the half, as who
    // takes some of them for a hash expects (an odd number has another product for each number).
    const std::uint64_t application =
        static_cast<std::uint64_t>(application_no) * 0x9E37'79B9'7F4A'7C15U;
    // Never zeros, which mean that there is none.
    return {.high = hash.high64 ^ application, .low = hash.low64 | 1U};
}

}  // namespace callarchive
