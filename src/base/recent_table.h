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
/// cache. Whatever is put may be gone later. A fingerprint whose low half is zero is none.
class RecentTable {
  public:
    /// What was put so many ages ago, or earlier, is of no use any more.
    static constexpr std::size_t ages = 8;
    /// A larger number is not kept.
    static constexpr int number_bits = 61;

    /// entries_max: a power of two, 1024 or more.
    explicit RecentTable(std::size_t entries_max) : sets_max_(entries_max / set_size) {}

    [[nodiscard]] std::optional<std::uint64_t> find(const Fingerprint& fingerprint) const {
        if (sets_.empty()) return std::nullopt;
        for (const std::size_t which : sets_of(fingerprint)) {
            const Set& set = sets_[which];
            const std::size_t at = set.place_of(fingerprint);
            if (set.has(at)) return set.value[at].number;
        }
        return std::nullopt;
    }

    /// What find() will look at comes nearer to the processor meanwhile.
    void prefetch(const Fingerprint& fingerprint) const {
        if (sets_.empty()) return;
        const auto [one, other] = sets_of(fingerprint);
        // Most are in the first.
        __builtin_prefetch(&sets_[one].low);
        __builtin_prefetch(&sets_[one].high);
        __builtin_prefetch(&sets_[one].value);
        __builtin_prefetch(&sets_[other].low);
    }

    void put(const Fingerprint& fingerprint, std::uint64_t number) {
        if (fingerprint.low == 0 || number > number_max) return;
        if (used_ >= sets_.size() * set_size / 4 * 3 && sets_.size() < sets_max_) grow();
        insert({.fingerprint = fingerprint,
                .value = {.number = number & number_max, .age = age_ & age_max}});
    }

    /// An age has passed. Without ages everything is of use, and the table grows for it.
    void age() {
        age_ = (age_ + 1) % ages;
        remove([&](const Value& value) { return value.age == age_; });
    }

    /// Entries whose number is such a one are gone.
    template <typename Predicate>
    void remove_if(Predicate is_such) {
        remove([&](const Value& value) { return is_such(std::uint64_t{value.number}); });
    }

    [[nodiscard]] std::size_t bytes() const { return sets_.size() * sizeof(Set); }

    /// Gives the memory back too.
    void clear() {
        sets_ = {};
        used_ = 0;
    }

  private:
    struct Value {
        std::uint64_t number : number_bits = 0;
        std::uint64_t age : 64 - number_bits = 0;
    };
    struct Entry {
        Fingerprint fingerprint;
        Value value;
    };
    static_assert(ages == std::size_t{1} << (64 - number_bits));
    static constexpr std::uint64_t number_max = ~std::uint64_t{0} >> (64 - number_bits);
    static constexpr std::uint64_t age_max = ages - 1;
    static constexpr std::size_t set_size = 8;
    static constexpr std::size_t cache_line = 64;
    static constexpr std::size_t sets_first = 1'024 / set_size;

    /// A few entries, the newest last, then the free ones. That one is not among them is seen in
    /// one line of the processor's cache nearly always.
    struct alignas(cache_line) Set {
        std::array<std::uint64_t, set_size> low{}, high{};
        std::array<Value, set_size> value{};

        /// Of the entry that has the fingerprint, else of the first free one, else set_size.
        [[nodiscard]] std::size_t place_of(const Fingerprint& fingerprint) const {
            std::size_t at = 0;
            while (at < set_size && low[at] != 0 &&
                   (low[at] != fingerprint.low || high[at] != fingerprint.high))
                ++at;
            return at;
        }
        [[nodiscard]] bool has(std::size_t at) const { return at < set_size && low[at] != 0; }

        [[nodiscard]] Entry entry(std::size_t at) const {
            return {.fingerprint = {.high = high[at], .low = low[at]}, .value = value[at]};
        }
        void put(std::size_t at, const Entry& entry) {
            low[at] = entry.fingerprint.low;
            high[at] = entry.fingerprint.high;
            value[at] = entry.value;
        }
        void erase(std::size_t at) {
            for (; at + 1 < set_size; ++at)
                put(at, entry(at + 1));
            put(at, {});
        }
    };
    static_assert(sizeof(Set) == 24 * set_size);

    /// The two sets that an entry may be in. With one alone, one in ten entries of a table that is
    /// 60 % full would be in a set of too many; whoever reads them in turn, as the daemon does,
    /// would find none of those.
    [[nodiscard]] std::array<std::size_t, 2> sets_of(const Fingerprint& fingerprint) const {
        const std::size_t last = sets_.size() - 1;
        return {fingerprint.high & last, (fingerprint.high >> 32U) & last};
    }

    void insert(Entry entry) {
        const auto [one, other] = sets_of(entry.fingerprint);
        Set* set = &sets_[one];
        std::size_t at = set->place_of(entry.fingerprint);
        if (!set->has(at)) {
            Set& second = sets_[other];
            const std::size_t at_second = second.place_of(entry.fingerprint);
            // The emptier one, so that none overflows while there is room in others.
            if (second.has(at_second) || at_second < at) {
                set = &second;
                at = at_second;
            }
        }
        if (at == set_size) {
            set->erase(0);  // the oldest makes room
            at = set_size - 1;
        } else if (!set->has(at)) {
            ++used_;
        } else {
            entry.value.age = set->value[at].age;
            set->erase(at);
            at = set->place_of({});
        }
        set->put(at, entry);
    }

    template <typename Predicate>
    void remove(Predicate is_such) {
        for (Set& set : sets_) {
            std::size_t at = 0, kept = 0;
            for (; set.has(at); ++at) {
                if (!is_such(set.value[at])) set.put(kept++, set.entry(at));
            }
            used_ -= at - kept;
            while (kept < at)
                set.put(kept++, {});
        }
    }

    /// Where an entry may be among twice as many sets is told by one more bit, so that what is in a
    /// set goes to two that nothing else goes to: all is read and written in turn, and no set
    /// searched.
    void grow() {
        const std::vector<Set> before = std::exchange(sets_, {});
        sets_.resize(std::max(sets_first, before.size() * 2));
        for (std::size_t which = 0; which < before.size(); ++which) {
            const Set& set = before[which];
            std::array<std::size_t, 2> filled{};
            for (std::size_t at = 0; set.has(at); ++at) {
                const Entry entry = set.entry(at);
                const auto [one, other] = sets_of(entry.fingerprint);
                const std::size_t to = (one & (before.size() - 1)) == which ? one : other;
                sets_[to].put(filled[to == which ? 0 : 1]++, entry);
            }
        }
    }

    std::size_t sets_max_;
    std::vector<Set> sets_{};
    std::size_t used_ = 0;
    std::uint64_t age_ = 0;
};

}  // namespace callarchive
