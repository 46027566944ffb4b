#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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
    /// A larger number is not kept.
    static constexpr int number_bits = 61;

    /// entries_max: a power of two, 1024 or more.
    explicit RecentTable(std::size_t entries_max) : entries_max_(entries_max) {}

    [[nodiscard]] std::optional<std::uint64_t> find(const Fingerprint& fingerprint) const {
        if (entries_.empty()) return std::nullopt;
        for (const std::size_t set : sets_of(fingerprint)) {
            const Entry* const first = &entries_[set];
            const Entry* const last = end_of(first, fingerprint);
            if (last != first + set_size && !last->is_free()) return last->number;
        }
        return std::nullopt;
    }

    /// What find() will look at comes nearer to the processor meanwhile.
    void prefetch(const Fingerprint& fingerprint) const {
        if (entries_.empty()) return;
        const auto [one, other] = sets_of(fingerprint);
        const auto* const bytes = reinterpret_cast<const char*>(&entries_[one]);
        for (std::size_t at = 0; at < set_size * sizeof(Entry); at += cache_line)
            __builtin_prefetch(bytes + at);
        // Most are in the first.
        __builtin_prefetch(&entries_[other]);
    }

    void put(const Fingerprint& fingerprint, std::uint64_t number) {
        if (fingerprint == Fingerprint{} || number > number_max) return;
        if (used_ >= entries_.size() / 4 * 3 && entries_.size() < entries_max_) grow();
        insert({.fingerprint = fingerprint, .number = number & number_max, .age = age_ & age_max});
    }

    /// An age has passed. Without ages everything is of use, and the table grows for it.
    void age() {
        age_ = (age_ + 1) % ages;
        remove([&](const Entry& entry) { return entry.age == age_; });
    }

    /// Entries whose number is such a one are gone.
    template <typename Predicate>
    void remove_if(Predicate is_such) {
        remove([&](const Entry& entry) { return is_such(std::uint64_t{entry.number}); });
    }

    [[nodiscard]] std::size_t bytes() const { return entries_.size() * sizeof(Entry); }

    /// Gives the memory back too.
    void clear() {
        entries_ = {};
        used_ = 0;
    }

  private:
    struct Entry {
        Fingerprint fingerprint;
        std::uint64_t number : number_bits = 0;
        std::uint64_t age : 64 - number_bits = 0;

        [[nodiscard]] bool is_free() const { return fingerprint == Fingerprint{}; }
    };
    static_assert(sizeof(Entry) == 24);
    static_assert(ages == std::size_t{1} << (64 - number_bits));
    static constexpr std::uint64_t number_max = ~std::uint64_t{0} >> (64 - number_bits);
    static constexpr std::uint64_t age_max = ages - 1;
    static constexpr std::size_t set_size = 8;
    static constexpr std::size_t cache_line = 64;
    static constexpr std::size_t entries_first = 1'024;

    /// Where the two sets begin that an entry may be in. With one alone, one in ten entries of a
    /// table that is 60 % full would be in a set of too many; whoever reads them in turn, as the
    /// daemon does, would find none of those.
    [[nodiscard]] std::array<std::size_t, 2> sets_of(const Fingerprint& fingerprint) const {
        const std::size_t last = entries_.size() / set_size - 1;
        return {(fingerprint.high & last) * set_size,
                ((fingerprint.high >> 32U) & last) * set_size};
    }

    /// The entry of a set that has the fingerprint, else the first free one, else the set's end.
    template <typename Pointer>
    static Pointer end_of(Pointer first, const Fingerprint& fingerprint) {
        return std::find_if(first, first + set_size, [&](const Entry& entry) {
            return entry.fingerprint == fingerprint || entry.is_free();
        });
    }

    void insert(Entry entry) {
        const auto [one, other] = sets_of(entry.fingerprint);
        Entry* first = &entries_[one];
        Entry* last = end_of(first, entry.fingerprint);
        if (last == first + set_size || last->is_free()) {
            Entry* const first_of_other = &entries_[other];
            Entry* const last_of_other = end_of(first_of_other, entry.fingerprint);
            const bool is_there =
                last_of_other != first_of_other + set_size && !last_of_other->is_free();
            // The emptier one, so that none overflows while there is room in others.
            if (is_there || last_of_other - first_of_other < last - first) {
                first = first_of_other;
                last = last_of_other;
            }
        }
        if (last == first + set_size) {
            --last;  // the oldest makes room
        } else if (last->is_free()) {
            ++used_;
        } else {
            entry.age = last->age;
        }
        std::move_backward(first, last, last + 1);
        *first = entry;
    }

    template <typename Predicate>
    void remove(Predicate is_such) {
        for (auto set = entries_.begin(); set != entries_.end(); set += set_size) {
            const auto end = std::find_if(set, set + set_size,
                                          [](const Entry& entry) { return entry.is_free(); });
            const auto kept = std::remove_if(set, end, is_such);
            used_ -= static_cast<std::size_t>(end - kept);
            std::fill(kept, end, Entry{});
        }
    }

    void grow() {
        const std::vector<Entry> before = std::exchange(entries_, {});
        entries_.resize(std::max(entries_first, before.size() * 2));
        used_ = 0;
        // From the oldest of each set to the newest, to keep their order.
        for (auto entry = before.rbegin(); entry != before.rend(); ++entry) {
            if (!entry->is_free()) insert(*entry);
        }
    }

    std::size_t entries_max_;
    /// Sets of a few entries, the newest of each first, the free ones last.
    std::vector<Entry> entries_{};
    std::size_t used_ = 0;
    std::uint64_t age_ = 0;
};

}  // namespace callarchive
