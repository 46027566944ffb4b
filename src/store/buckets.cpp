#include "store/buckets.h"

#include "store/hash.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace callarchive {
namespace {

// Enough for a retention of six weeks; the vendor's is one. With a longer one a call whose start is
// corrected by more than that is taken for a new call.
constexpr std::int64_t weeks_max = 16;
constexpr std::size_t remembered_max = 10'000;

// Reading all ids of a bucket pays when so many new ones were looked for in it in vain.
constexpr std::int64_t misses_enough = 10'000;
// Of all filters together: ten million ids. Where it is not enough, looks at the index cost time.
constexpr std::size_t filter_bytes_max = std::size_t{16} << 20U;

}  // namespace

std::optional<std::int64_t> bucket_of_start(const std::optional<Moment>& start, Moment now,
                                            Seconds retention) {
    constexpr Seconds week{week_seconds};
    if (!start || *start < now - retention - week || *start > now + week) return std::nullopt;
    return week_of(unix_seconds(*start));
}

Buckets::Buckets(sqlite::Database& database)
    : any_(database, "SELECT 1 FROM call WHERE application_no = ? AND bucket = ? LIMIT 1"),
      ids_(
          database,
          "SELECT call_id FROM call INDEXED BY call_by_id WHERE application_no = ? AND bucket = ?"),
      seed_(hash_seed()) {}

const std::vector<std::int64_t>& Buckets::candidates(const Sought& sought) {
    candidates_.clear();
    if (may_hold(at({sought.application_no, sought.likeliest}), sought.hash)) {
        candidates_.push_back(sought.likeliest);
    }
    // After at(), which may forget them.
    if (const Weeks weeks = weeks_of(sought); weeks != weeks_) look_for_filled(weeks);
    for (const Known::value_type* known : filled_) {
        const std::int64_t bucket = known->first.second;
        if (bucket != sought.likeliest && may_hold(known->second, sought.hash)) {
            candidates_.push_back(bucket);
        }
    }
    return candidates_;
}

void Buckets::expect(std::uint64_t hash) const {
    for (const Known::value_type* known : filled_) {
        if (known->second.ids) known->second.ids->prefetch(hash);
    }
}

Buckets::Weeks Buckets::weeks_of(const Sought& sought) {
    // A call that is still returned was first seen at most one retention ago, and was put then into
    // a bucket at most a retention and a week back: bucket_of_start() guarantees it.
    const std::int64_t newest = week_of(unix_seconds(sought.now)) + 1;
    const std::int64_t oldest = week_of(unix_seconds(sought.now - 2 * sought.retention)) - 1;
    return {.application_no = sought.application_no,
            .newest = newest,
            .oldest = std::max(oldest, newest - weeks_max + 1)};
}

void Buckets::look_for_filled(const Weeks& weeks) {
    // All of them at once, so that none is forgotten for another.
    if (known_.size() + weeks_max + 1 > remembered_max) forget();
    weeks_.reset();
    filled_.clear();
    const auto look = [&](std::int64_t bucket) {
        Known::value_type& known = look_up({weeks.application_no, bucket});
        if (known.second.filled) filled_.push_back(&known);
    };
    for (std::int64_t bucket = weeks.newest; bucket >= weeks.oldest; --bucket)
        look(bucket);
    look(bucket_of_odd_starts);
    weeks_ = weeks;
}

bool Buckets::may_hold(const Bucket& bucket, std::uint64_t hash) {
    return bucket.filled && (!bucket.ids || bucket.ids->may_hold(hash));
}

void Buckets::missed(std::int64_t application_no, std::int64_t bucket) {
    const Place place{application_no, bucket};
    Bucket& looked_in = at(place);
    if (++looked_in.misses == misses_enough && !looked_in.ids) read_ids(place, looked_in);
}

void Buckets::filled(std::int64_t application_no, std::int64_t bucket, std::uint64_t hash) {
    Bucket& into = at({application_no, bucket});
    if (!into.filled) {
        into.filled = true;
        weeks_.reset();
    }
    if (!into.ids) return;
    const std::size_t before = into.ids->bytes();
    into.ids->add(hash);
    if (into.ids->bytes() != before) keep_small();
}

void Buckets::forget() {
    known_.clear();
    weeks_.reset();
    filled_.clear();
}

Buckets::Bucket& Buckets::at(const Place& place) {
    for (Known::value_type* known : filled_) {
        if (known->first == place) return known->second;
    }
    return look_up(place).second;
}

Buckets::Known::value_type& Buckets::look_up(const Place& place) {
    const auto known = known_.find(place);
    if (known != known_.end()) return *known;
    sqlite::Rows rows = any_.query(place.first, place.second);
    const bool filled = rows.next();
    if (known_.size() >= remembered_max) forget();
    // Where nothing is yet, the filter knows all that will be.
    Bucket bucket{.filled = filled, .ids = {}};
    if (!filled) bucket.ids.emplace();
    return *known_.emplace(place, std::move(bucket)).first;
}

std::uint64_t Buckets::hash_of(std::string_view call_id) const {
    return seeded_hash(call_id, seed_);
}

void Buckets::read_ids(const Place& place, Bucket& bucket) {
    BloomFilter ids;
    sqlite::Rows rows = ids_.query(place.first, place.second);
    while (rows.next()) {
        ids.add(hash_of(rows.text(0)));
        if (ids.bytes() > filter_bytes_max) return;
    }
    bucket.ids = std::move(ids);
    keep_small();
}

void Buckets::keep_small() {
    std::size_t bytes = 0;
    // New calls come to the newest buckets.
    std::multimap<std::int64_t, Bucket*> by_age;
    for (auto& [place, bucket] : known_) {
        if (!bucket.ids) continue;
        bytes += bucket.ids->bytes();
        by_age.emplace(place.second, &bucket);
    }
    for (auto& [week, bucket] : by_age) {
        if (bytes <= filter_bytes_max) return;
        bytes -= bucket->ids->bytes();
        bucket->ids.reset();
    }
}

}  // namespace callarchive
