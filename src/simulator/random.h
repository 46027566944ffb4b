#pragma once

#include <cstdint>

namespace callarchive::simulator {

/// Scrambles 64 bits so that neighbouring inputs share nothing (the finalizer of SplitMix64). The
/// same on every machine, unlike the distributions of <random>.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

/// One draw from several coordinates: a seed, a purpose, a place.
template <typename... Rest>
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t first, Rest... rest) {
    // Multiplied, so that the order of the coordinates matters and equal ones do not cancel.
    return mix(mix(first) * 0xff51afd7ed558ccdULL ^ mix(static_cast<std::uint64_t>(rest)...));
}

/// A draw as a number in [0, 1).
[[nodiscard]] constexpr double to_unit(std::uint64_t draw) {
    return static_cast<double>(draw >> 11U) * 0x1.0p-53;
}

/// A stream of draws from one seed.
class Draw {
  public:
    explicit constexpr Draw(std::uint64_t seed) : state_(seed) {}

    [[nodiscard]] constexpr std::uint64_t next() { return mix(state_++); }
    [[nodiscard]] constexpr double unit() { return to_unit(next()); }
    [[nodiscard]] constexpr bool chance(double probability) { return unit() < probability; }
    /// In [0, count); 0 where count is 0.
    [[nodiscard]] constexpr std::uint64_t below(std::uint64_t count) {
        return count == 0 ? 0 : next() % count;
    }

  private:
    std::uint64_t state_;
};

}  // namespace callarchive::simulator
