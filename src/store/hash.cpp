#include "store/hash.h"

#include <xxhash.h>

#include <bit>

namespace callarchive {

std::int64_t stable_hash(std::string_view bytes) {
    return std::bit_cast<std::int64_t>(std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
}

}  // namespace callarchive
