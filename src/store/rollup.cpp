#include "store/rollup.h"

#include <algorithm>

namespace callarchive {
namespace {

constexpr std::size_t gathered_max = 50'000;  // 5 MB

std::int64_t hour_of(std::int64_t seconds) {
    // Far outside of any calendar, and far enough from the ends of the type to count on.
    constexpr std::int64_t most = std::int64_t{1} << 60;
    const std::int64_t bounded = std::clamp(seconds, -most, most);
    const std::int64_t past = bounded % 3600;
    return bounded - (past < 0 ? past + 3600 : past);
}

}  // namespace

Rollup::Rollup(sqlite::Database& database)
    : upsert_(database,
              "INSERT INTO rollup_hour VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
              "calls = calls + excluded.calls, answered = answered + excluded.answered, "
              "talk_seconds = talk_seconds + excluded.talk_seconds"),
      delete_empty_(database,
                    "DELETE FROM rollup_hour WHERE source_no = ? AND hour_ts = ? AND "
                    "media_type = ? AND call_type = ? AND call_result = ? AND calls = 0") {}

void Rollup::change(const Of& call, const Content& content, std::int64_t sign) {
    Sums& sums = gathered_[{.source = call.source,
                            .hour_ts = hour_of(content.start_ts.value_or(call.seen_ts)),
                            .media_type = content.media_type.value_or(0),
                            .call_type = content.call_type.value_or(0),
                            .call_result = content.call_result.value_or(0)}];
    sums.calls += sign;
    sums.answered += answered(content) ? sign : 0;
    sums.talk_seconds += sign * talk_seconds(content);
    if (gathered_.size() >= gathered_max) write();
}

void Rollup::write() {
    for (const auto& [key, sums] : gathered_) {
        upsert_.execute(key.source, key.hour_ts, key.media_type, key.call_type, key.call_result,
                        sums.calls, sums.answered, sums.talk_seconds);
        if (sums.calls <= 0) {
            delete_empty_.execute(key.source, key.hour_ts, key.media_type, key.call_type,
                                  key.call_result);
        }
    }
    gathered_.clear();
}

}  // namespace callarchive
