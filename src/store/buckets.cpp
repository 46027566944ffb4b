#include "store/buckets.h"

#include <algorithm>

namespace callarchive {
namespace {

// Enough for a retention of six weeks; the vendor's is one. With a longer one a call whose start is
// corrected by more than that is taken for a new call.
constexpr std::int64_t candidates_max = 16;
constexpr std::size_t remembered_max = 10'000;

}  // namespace

std::optional<std::int64_t> bucket_of_start(const std::optional<Moment>& start, Moment now,
                                            Seconds retention) {
    constexpr Seconds week{week_seconds};
    if (!start || *start < now - retention - week || *start > now + week) return std::nullopt;
    return week_of(unix_seconds(*start));
}

Buckets::Buckets(sqlite::Database& database)
    : any_(database, "SELECT 1 FROM call WHERE application_no = ? AND bucket = ? LIMIT 1") {}

const std::vector<std::int64_t>& Buckets::candidates(std::int64_t application_no,
                                                     std::int64_t likeliest, Moment now,
                                                     Seconds retention) {
    candidates_.clear();
    if (is_filled(application_no, likeliest)) candidates_.push_back(likeliest);
    // A call that is still returned was first seen at most one retention ago, and was put then into
    // a bucket at most a retention and a week back: bucket_of_start() guarantees it.
    const std::int64_t newest = week_of(unix_seconds(now)) + 1;
    const std::int64_t oldest =
        std::max(week_of(unix_seconds(now - 2 * retention)) - 1, newest - candidates_max + 1);
    for (std::int64_t bucket = newest; bucket >= oldest; --bucket) {
        if (bucket != likeliest && is_filled(application_no, bucket)) {
            candidates_.push_back(bucket);
        }
    }
    return candidates_;
}

void Buckets::filled(std::int64_t application_no, std::int64_t bucket) {
    filled_[{application_no, bucket}] = true;
}

bool Buckets::is_filled(std::int64_t application_no, std::int64_t bucket) {
    const auto known = filled_.find({application_no, bucket});
    if (known != filled_.end()) return known->second;
    sqlite::Rows rows = any_.query(application_no, bucket);
    const bool found = rows.next();
    if (filled_.size() >= remembered_max) filled_.clear();
    filled_.emplace(std::pair{application_no, bucket}, found);
    return found;
}

}  // namespace callarchive
