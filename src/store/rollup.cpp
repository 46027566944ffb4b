#include "store/rollup.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace callarchive {
namespace {

constexpr std::size_t gathered_max = 50'000;  // 5 MB
// Far outside of any calendar, and far enough from the ends of the type to count on.
constexpr std::int64_t most = std::int64_t{1} << 60;

std::int64_t hour_of(std::int64_t seconds) {
    const std::int64_t bounded = std::clamp(seconds, -most, most);
    const std::int64_t past = bounded % 3600;
    return bounded - (past < 0 ? past + 3600 : past);
}

}  // namespace

Rollup::Rollup(sqlite::Database& database)
    : upsert_(database,
              "INSERT INTO rollup_hour VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
              "SET calls = calls + excluded.calls, answered = answered + excluded.answered, "
              "talk_seconds = talk_seconds + excluded.talk_seconds, "
              "longest_seconds = max(longest_seconds, excluded.longest_seconds)"),
      delete_empty_(database,
                    "DELETE FROM rollup_hour WHERE source_no = ? AND hour_ts = ? AND "
                    "media_type = ? AND call_type = ? AND call_result = ? AND calls = 0"),
      longest_kept_(database,
                    "SELECT longest_seconds FROM rollup_hour WHERE source_no = ? AND hour_ts = ? "
                    "AND media_type = ? AND call_type = ? AND call_result = ?"),
      // Talks that are not known, negative or not answered never are the longest.
      longest_counted_(
          database,
          "SELECT coalesce(media_type, 0), coalesce(call_type, 0), coalesce(call_result, 0), "
          "max(CASE WHEN accept_ts IS NOT NULL AND end_ts > accept_ts "
          "AND coalesce(call_result, 0) NOT IN (3, 4, 5, 6, 7) "
          "THEN min(CAST(end_ts - accept_ts AS INTEGER), ?4) ELSE 0 END) "
          "FROM call WHERE source_no = ?1 AND (start_ts BETWEEN ?2 AND ?3 "
          "OR (start_ts IS NULL AND first_seen_ts BETWEEN ?2 AND ?3)) GROUP BY 1, 2, 3"),
      set_longest_(database,
                   "UPDATE rollup_hour SET longest_seconds = ?6 WHERE source_no = ?1 AND "
                   "hour_ts = ?2 AND media_type = ?3 AND call_type = ?4 AND call_result = ?5") {}

Rollup::Key Rollup::key_of(const Of& call, const ContentNumbers& content) {
    return {.source = call.source,
            .hour_ts = hour_of(content.start_ts.value_or(call.seen_ts)),
            .media_type = content.media_type.value_or(0),
            .call_type = content.call_type.value_or(0),
            .call_result = content.call_result.value_or(0)};
}

// Calls that come together share an hour and few rows: the walk down the tree is spared nearly all.
Rollup::Sums& Rollup::sums_of(const Key& key) {
    const auto bits = [](std::int64_t number) { return static_cast<std::uint64_t>(number); };
    const std::uint64_t place = bits(key.call_result) + 8 * bits(key.call_type) +
                                16 * bits(key.media_type) + bits(key.source) +
                                bits(key.hour_ts) / 3600;
    auto& recent = recent_[place % recent_.size()];
    if (recent == nullptr || recent->first != key) recent = &*gathered_.try_emplace(key).first;
    return recent->second;
}

Rollup::Sums& Rollup::count(const Key& key, const ContentNumbers& content, std::int64_t sign) {
    Sums& sums = sums_of(key);
    sums.calls += sign;
    sums.answered += answered(content) ? sign : 0;
    sums.talk_seconds += sign * talk_seconds(content);
    return sums;
}

void Rollup::add(const Of& call, const ContentNumbers& content) {
    Sums& sums = count(key_of(call, content), content, 1);
    sums.longest_added = std::max(sums.longest_added, talk_seconds(content));
    if (gathered_.size() >= gathered_max) write();
}

void Rollup::replace(const Of& call, const ContentNumbers& old, const ContentNumbers& now) {
    const Key before = key_of(call, old);
    Sums& sums = count(before, old, -1);
    // A talk that grows where it is counted cannot make the longest one shorter.
    if (before != key_of(call, now) || talk_seconds(now) < talk_seconds(old)) {
        sums.longest_removed = std::max(sums.longest_removed, talk_seconds(old));
    }
    add(call, now);
}

void Rollup::write() {
    std::set<std::pair<std::int64_t, std::int64_t>> hours_to_look_at;
    for (const auto& [key, sums] : gathered_) {
        upsert_.execute(key.source, key.hour_ts, key.media_type, key.call_type, key.call_result,
                        sums.calls, sums.answered, sums.talk_seconds, sums.longest_added);
        if (sums.calls <= 0) {
            delete_empty_.execute(key.source, key.hour_ts, key.media_type, key.call_type,
                                  key.call_result);
        }
        if (sums.longest_removed == 0) continue;
        sqlite::Rows kept = longest_kept_.query(key.source, key.hour_ts, key.media_type,
                                                key.call_type, key.call_result);
        if (kept.next() && kept.integer(0) <= sums.longest_removed) {
            hours_to_look_at.emplace(key.source, key.hour_ts);
        }
    }
    forget();
    for (const auto& [source, hour_ts] : hours_to_look_at)
        find_longest_again(source, hour_ts);
}

void Rollup::forget() {
    gathered_.clear();
    recent_ = {};
}

/// A maximum cannot be taken back as a sum can, so where the longest talk went away its hour is
/// read again: one range of the calls, whatever the number of rows that lost theirs.
void Rollup::find_longest_again(std::int64_t source, std::int64_t hour_ts) {
    constexpr std::int64_t least_ts = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t most_ts = std::numeric_limits<std::int64_t>::max();
    const std::int64_t from = hour_ts == hour_of(-most) ? least_ts : hour_ts;
    const std::int64_t last = hour_ts == hour_of(most) ? most_ts : hour_ts + 3599;
    sqlite::Rows rows = longest_counted_.query(source, from, last, talk_seconds_max);
    while (rows.next()) {
        set_longest_.execute(source, hour_ts, rows.integer(0), rows.integer(1), rows.integer(2),
                             rows.integer(3));
    }
}

}  // namespace callarchive
