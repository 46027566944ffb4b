#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace callarchive {

/// A set of hashes that can say for sure only that one is not in it (about one in a hundred of
/// those that are not is taken for one that is). Blocked, so that a look costs one miss of the
/// processor's cache a layer (Putze, Sanders, Singler: "Cache-, Hash- and Space-Efficient Bloom
/// Filters", 2007); grows by layers, each four times as large as the one before. About 12 bits a
/// hash.
class BloomFilter {
  public:
    /// `hash`: 64 bits, each as good as any other.
    void add(std::uint64_t hash) {
        if (layers_.empty() || layers_.back().left == 0) grow();
        Layer& layer = layers_.back();
        --layer.left;
        Block& block = layer.blocks[block_of(layer, hash)];
        std::uint64_t bits = hash;
        for (int i = 0; i < bits_set; ++i, bits >>= bit_width)
            block[(bits >> 6U) % block_words] |= std::uint64_t{1} << (bits & 63U);
    }

    [[nodiscard]] bool may_hold(std::uint64_t hash) const {
        for (const Layer& layer : layers_) {
            if (holds(layer.blocks[block_of(layer, hash)], hash)) return true;
        }
        return false;
    }

    /// What may_hold() will look at comes nearer to the processor meanwhile.
    void prefetch(std::uint64_t hash) const {
        for (const Layer& layer : layers_)
            __builtin_prefetch(&layer.blocks[block_of(layer, hash)]);
    }

    [[nodiscard]] std::size_t bytes() const {
        std::size_t bytes = 0;
        for (const Layer& layer : layers_)
            bytes += layer.blocks.size() * sizeof(Block);
        return bytes;
    }

  private:
    static constexpr std::size_t block_words = 8;  // of a processor's cache line
    static constexpr int bits_set = 5;
    static constexpr unsigned bit_width = 9;  // 512 bits a block
    static constexpr std::size_t blocks_first = 512;
    static constexpr std::size_t hashes_in_block = 42;
    using Block = std::array<std::uint64_t, block_words>;
    struct Layer {
        std::vector<Block> blocks;
        std::size_t left;
    };

    // The bits of a block are taken from the low end of a hash, its block from the high end.
    static std::size_t block_of(const Layer& layer, std::uint64_t hash) {
        return (hash >> 46U) & (layer.blocks.size() - 1);
    }

    static bool holds(const Block& block, std::uint64_t hash) {
        std::uint64_t missing = 0;
        for (int i = 0; i < bits_set; ++i, hash >>= bit_width)
            missing |= ~block[(hash >> 6U) % block_words] & (std::uint64_t{1} << (hash & 63U));
        return missing == 0;
    }

    void grow() {
        const std::size_t blocks =
            layers_.empty() ? blocks_first : layers_.back().blocks.size() * 4;
        layers_.push_back({.blocks = std::vector<Block>(blocks), .left = blocks * hashes_in_block});
    }

    std::vector<Layer> layers_{};
};

}  // namespace callarchive
