#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace callarchive {

/// A set of hashes in one piece of memory: nothing is allocated for each.
class HashSet {
  public:
    /// `hash`: as good in its low bits as in its others.
    void insert(std::uint64_t hash) {
        if (size_ >= slots_.size() / 2) grow();
        std::uint64_t& slot = slots_[slot_of(hash)];
        if (slot != free) return;
        slot = stored(hash);
        ++size_;
    }

    [[nodiscard]] bool contains(std::uint64_t hash) const {
        return !slots_.empty() && slots_[slot_of(hash)] != free;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

    void clear() {
        std::fill(slots_.begin(), slots_.end(), free);
        size_ = 0;
    }

  private:
    static constexpr std::uint64_t free = 0;
    static constexpr std::size_t slots_first = 256;

    /// 0 and 1 are the same to it.
    static std::uint64_t stored(std::uint64_t hash) { return std::max<std::uint64_t>(hash, 1); }

    /// Where the hash is, or would be.
    [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const {
        const std::size_t last = slots_.size() - 1;
        std::size_t at = hash & last;
        while (slots_[at] != free && slots_[at] != stored(hash))
            at = (at + 1) & last;
        return at;
    }

    void grow() {
        const std::vector<std::uint64_t> before = std::exchange(slots_, {});
        slots_.resize(std::max(slots_first, before.size() * 2), free);
        for (const std::uint64_t hash : before) {
            if (hash != free) slots_[slot_of(hash)] = hash;
        }
    }

    std::vector<std::uint64_t> slots_{};  ///< a power of two of them, at most half of them taken
    std::size_t size_ = 0;
};

}  // namespace callarchive
