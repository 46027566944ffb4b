#include "store/buckets.h"

#include "store/hash.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace callarchive {
namespace {

// Enough for a retention of six weeks; the vendor's is one. With a longer one a call whose start is
// corrected by more than that is taken for a new call.
constexpr std::int64_t candidates_max = 16;
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
    const std::uint64_t hash = hash_of(sought.call_id);
    if (may_hold({sought.application_no, sought.likeliest}, hash)) {
        candidates_.push_back(sought.likeliest);
    }
    // A call that is still returned was first seen at most one retention ago, and was put then into
    // a bucket at most a retention and a week back: bucket_of_start() guarantees it.
    const std::int64_t newest = week_of(unix_seconds(sought.now)) + 1;
    const std::int64_t oldest = std::max(
        week_of(unix_seconds(sought.now - 2 * sought.retention)) - 1, newest - candidates_max + 1);
    for (std::int64_t bucket = newest; bucket >= oldest; --bucket) {
        if (bucket != sought.likeliest && may_hold({sought.application_no, bucket}, hash)) {
            candidates_.push_back(bucket);
        }
    }
    if (may_hold({sought.application_no, bucket_of_odd_starts}, hash)) {
        candidates_.push_back(bucket_of_odd_starts);
    }
    return candidates_;
}

bool Buckets::may_hold(const Place& place, std::uint64_t hash) {
    const Bucket& bucket = at(place);
    return bucket.filled && (!bucket.ids || bucket.ids->may_hold(hash));
}

void Buckets::missed(std::int64_t application_no, std::int64_t bucket) {
    const Place place{application_no, bucket};
    Bucket& looked_in = at(place);
    if (++looked_in.misses == misses_enough && !looked_in.ids) read_ids(place, looked_in);
}

void Buckets::filled(std::int64_t application_no, std::int64_t bucket, std::string_view call_id) {
    Bucket& into = at({application_no, bucket});
    into.filled = true;
    if (!into.ids) return;
    const std::size_t before = into.ids->bytes();
    into.ids->add(hash_of(call_id));
    if (into.ids->bytes() != before) keep_small();
}

void Buckets::forget() {
    known_.clear();
}

Buckets::Bucket& Buckets::at(const Place& place) {
    const auto known = known_.find(place);
    if (known != known_.end()) return known->second;
    sqlite::Rows rows = any_.query(place.first, place.second);
    const bool filled = rows.next();
    if (known_.size() >= remembered_max) known_.clear();
    // Where nothing is yet, the filter knows all that will be.
    Bucket bucket{.filled = filled, .ids = {}};
    if (!filled) bucket.ids.emplace();
    return known_.emplace(place, std::move(bucket)).first->second;
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
