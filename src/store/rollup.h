#pragma once

#include "sqlite/statement.h"
#include "store/content.h"
#include "store/source.h"

#include <array>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

namespace callarchive {

/// Table rollup_hour: sums by source, hour, media, type and result, exact at every commit. Changes
/// are gathered, because most calls of a transaction share few rows. Throws.
class Rollup {
  public:
    explicit Rollup(sqlite::Database& database);

    /// `seen_ts` is when the call was first seen: its hour where the start is not known.
    struct Of {
        SourceNo source;
        std::int64_t seen_ts;
    };
    /// The row a call is counted in.
    struct Key {
        std::int64_t source, hour_ts, media_type, call_type, call_result;
        friend bool operator==(const Key&, const Key&) = default;
        // By hand: clang-tidy 14 takes the defaulted <=> for a comparison with a null pointer.
        friend bool operator<(const Key& a, const Key& b) {
            return std::tie(a.source, a.hour_ts, a.media_type, a.call_type, a.call_result) <
                   std::tie(b.source, b.hour_ts, b.media_type, b.call_type, b.call_result);
        }
    };
    [[nodiscard]] static Key key_of(const Of& call, const ContentNumbers& content);

    void add(const Of& call, const ContentNumbers& content);
    /// A call counted before as `old` is `now`; its row must hold the new version already.
    void replace(const Of& call, const ContentNumbers& old, const ContentNumbers& now);

    /// Writes what was gathered; to be called before the transaction is committed, after the calls.
    void write();
    /// Forgets what was gathered, with the transaction that it belonged to.
    void forget();

  private:
    struct Sums {
        std::int64_t calls = 0, answered = 0, talk_seconds = 0;
        std::int64_t longest_added = 0, longest_removed = 0;
    };
    [[nodiscard]] Sums& sums_of(const Key& key);
    Sums& count(const Key& key, const ContentNumbers& content, std::int64_t sign);
    void find_longest_again(std::int64_t source, std::int64_t hour_ts);

    sqlite::Statement upsert_, delete_empty_, longest_kept_, longest_counted_, set_longest_;
    std::map<Key, Sums> gathered_;
    /// The row of gathered_ that was last asked for at each of a few places.
    std::array<std::pair<const Key, Sums>*, 64> recent_{};
};

}  // namespace callarchive
