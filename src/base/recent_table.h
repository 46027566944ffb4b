#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace callarchive {

/// 128 bits of a seeded hash: long enough that two of what is hashed never share one.
struct Fingerprint {
    std::uint64_t high = 0, low = 0;

    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// A number for each of the fingerprints that were put last: a cache of fixed largest size, 24
/// bytes an entry in one piece of memory, so that a look at it costs few misses of the processor's
/// cache. Whatever is put may be gone later. A fingerprint of zeros is none.
class RecentTable {
  public:
    /// What was put so many ages ago, or earlier, is of no use any more.
    static constexpr std::size_t ages = 8;

    /// entries_max: a power of two, 1024 or more.
    explicit RecentTable(std::size_t entries_max) : entries_max_(entries_max) {}

    [[nodiscard]] std::optional<std::uint64_t> find(const Fingerprint& fingerprint) const {
        if (entries_.empty()) return std::nullopt;
        const Entry* const first = &entries_[set_of(fingerprint)];
        for (std::size_t i = 0; i < set_size; ++i) {
            if (first[i].fingerprint == fingerprint) return first[i].number;
        }
        return std::nullopt;
    }

    void put(const Fingerprint& fingerprint, std::uint64_t number) {
        if (fingerprint == Fingerprint{}) return;
        if (of_use() >= entries_.size() / 2 && entries_.size() < entries_max_) grow();
        if (insert({.fingerprint = fingerprint, .number = number})) ++put_[age_];
    }

    /// An age has passed. Without ages everything is of use, and the table grows for it.
    void age() {
        age_ = (age_ + 1) % ages;
        put_[age_] = 0;
    }

    /// Entries whose number is such a one are gone.
    template <typename Predicate>
    void remove_if(Predicate is_such) {
        for (Entry& entry : entries_) {
            if (entry.fingerprint != Fingerprint{} && is_such(entry.number)) entry = {};
        }
    }

    [[nodiscard]] std::size_t bytes() const { return entries_.size() * sizeof(Entry); }

    /// Gives the memory back too.
    void clear() {
        entries_ = {};
        put_ = {};
    }

  private:
    struct Entry {
        Fingerprint fingerprint;
        std::uint64_t number = 0;
    };
    // Of sets of four, one in ten of a table that is 60 % full would have lost an entry.
    static constexpr std::size_t set_size = 8;
    static constexpr std::size_t entries_first = 1'024;

    [[nodiscard]] std::size_t set_of(const Fingerprint& fingerprint) const {
        const std::size_t sets = entries_.size() / set_size;
        return (fingerprint.high & (sets - 1)) * set_size;
    }

    /// Whether it was not there.
    bool insert(const Entry& entry) {
        Entry* const first = &entries_[set_of(entry.fingerprint)];
        Entry* const last = std::find_if(first, first + set_size - 1, [&](const Entry& other) {
            return other.fingerprint == entry.fingerprint || other.fingerprint == Fingerprint{};
        });
        const bool is_new = last->fingerprint != entry.fingerprint;
        // The oldest of the set makes room.
        std::move_backward(first, last, last + 1);
        *first = entry;
        return is_new;
    }

    [[nodiscard]] std::size_t of_use() const {
        return std::accumulate(put_.begin(), put_.end(), std::size_t{0});
    }

    void grow() {
        const std::vector<Entry> before = std::exchange(entries_, {});
        entries_.resize(std::max(entries_first, before.size() * 2));
        // From the oldest of each set to the newest, to keep their order.
        for (auto entry = before.rbegin(); entry != before.rend(); ++entry) {
            if (entry->fingerprint != Fingerprint{}) insert(*entry);
        }
    }

    std::size_t entries_max_;
    /// Sets of a few entries, the newest of each first.
    std::vector<Entry> entries_{};
    std::array<std::size_t, ages> put_{};  ///< anew, in each of the last ages
    std::size_t age_ = 0;
};

}  // namespace callarchive
