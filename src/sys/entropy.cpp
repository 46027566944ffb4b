#include "sys/entropy.h"

#include "base/check.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

#include <array>
#include <cstring>

namespace callarchive {

void fill_random(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        CHECK(count > 0);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

std::uint64_t random_seed() {
    std::array<std::byte, sizeof(std::uint64_t)> bytes{};
    fill_random(bytes);
    std::uint64_t seed = 0;
    std::memcpy(&seed, bytes.data(), sizeof seed);
    return seed;
}

}  // namespace callarchive
