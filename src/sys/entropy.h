#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace callarchive {

// Not called random.h: <sys/random.h> would find this file instead of the system's.

/// Fills the bytes from the kernel's generator (getrandom): good enough for keys.
void fill_random(std::span<std::byte> bytes);

/// A seed for what need not be secret, such as the API's `random` and the jitter of a back-off.
[[nodiscard]] std::uint64_t random_seed();

}  // namespace callarchive
