#pragma once

#include <cstdint>
#include <random>

namespace callarchive::testing {

/// Draws from one seed. Spelled out rather than taken from <random>'s distributions, whose results
/// differ between standard libraries: a seed must mean the same everywhere.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    [[nodiscard]] std::uint64_t bits() { return engine_(); }
    /// In [0, 1).
    [[nodiscard]] double unit() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }
    [[nodiscard]] bool chance(double probability) { return unit() < probability; }
    /// In [low, high].
    [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
        if (high <= low) return low;
        const auto span = static_cast<std::uint64_t>(high - low) + 1;
        return low + static_cast<std::int64_t>(engine_() % span);
    }
    template <typename Container>
    [[nodiscard]] auto& one_of(Container& container) {
        return container[static_cast<std::size_t>(
            between(0, static_cast<std::int64_t>(std::size(container)) - 1))];
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace callarchive::testing
