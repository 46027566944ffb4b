#pragma once

#include "base/bloom_filter.h"
#include "base/time.h"
#include "sqlite/statement.h"
#include "store/week.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace callarchive {

/// The week of a start that the API may tell at `now`; nothing where it is missing or so far off
/// that later lookups would not come there (milliseconds taken for seconds, say).
[[nodiscard]] std::optional<std::int64_t> bucket_of_start(const std::optional<Moment>& start,
                                                          Moment now, Seconds retention);

/// Where a call is put whose start is known and no start that the API may tell: the start is
/// nonsense, or `now` is. Looked in always, since neither says where to look.
constexpr std::int64_t bucket_of_odd_starts = -1;

/// In which buckets of the index call_by_id a call id may be. A new call would be looked for in
/// each of them in vain, so a bucket that new calls come to gets a filter of the ids it holds.
/// Throws.
class Buckets {
  public:
    explicit Buckets(sqlite::Database& database);

    /// Of a call id.
    [[nodiscard]] std::uint64_t hash_of(std::string_view call_id) const;

    /// candidates() will be asked for such a one: what it needs is fetched from memory meanwhile.
    void expect(std::uint64_t hash) const;

    /// The call that is asked for, and when.
    struct Sought {
        std::int64_t application_no;
        std::uint64_t hash;
        std::int64_t likeliest;  ///< bucket
        Moment now;
        Seconds retention;
    };
    /// The buckets to look in, the likeliest first: every one that may hold the id and that a
    /// record returned at `now` can be in. With the week of its start as the likeliest a record
    /// that was kept before is found though `now` may be years off.
    [[nodiscard]] const std::vector<std::int64_t>& candidates(const Sought& sought);
    /// It was not in this one of them.
    void missed(std::int64_t application_no, std::int64_t bucket);
    /// The call was put there.
    void filled(std::int64_t application_no, std::int64_t bucket, std::uint64_t hash);

    void forget();

  private:
    struct Bucket {
        bool filled;
        /// Of all its ids; none while only few new ones came.
        std::optional<BloomFilter> ids;
        std::int64_t misses = 0;
    };
    using Place = std::pair<std::int64_t, std::int64_t>;  ///< application, bucket
    using Known = std::map<Place, Bucket>;
    /// The weeks of an application that a record can be in.
    struct Weeks {
        std::int64_t application_no, newest, oldest;

        friend bool operator==(const Weeks&, const Weeks&) = default;
    };

    [[nodiscard]] static Weeks weeks_of(const Sought& sought);
    void look_for_filled(const Weeks& weeks);
    [[nodiscard]] Bucket& at(const Place& place);
    [[nodiscard]] Known::value_type& look_up(const Place& place);
    [[nodiscard]] static bool may_hold(const Bucket& bucket, std::uint64_t hash);
    void read_ids(const Place& place, Bucket& bucket);
    void keep_small();

    sqlite::Statement any_;
    sqlite::Statement ids_;
    std::uint64_t seed_;
    Known known_;
    /// Nearly every record asks for the weeks of the one before.
    std::optional<Weeks> weeks_;
    std::vector<Known::value_type*> filled_;  ///< of weeks_ and the odd starts, the newest first
    std::vector<std::int64_t> candidates_;
};

}  // namespace callarchive
