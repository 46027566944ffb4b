#include "engine/outbox.h"

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

// What a kill may cost at the most of what was fetched. Calls come with ids that are random, so
// nearly every page of the newest week's index is in each large transaction: with half as many rows
// half as much again is written (docs/performance_limits.md).
constexpr std::int64_t rows_max = 100'000;
constexpr Milliseconds age_max{5'000};
constexpr std::int64_t rows_after_first = 2'500;

}  // namespace

void Outbox::add(Monotonic now, std::function<void()> told) {
    if (told_.empty()) oldest_ = now;
    told_.push_back(std::move(told));
}

Monotonic Outbox::due() const {
    return pending() ? oldest_ + age_enough_ : Monotonic::max();
}

Result<Done> Outbox::settle(Monotonic calm_until, bool live) {
    const Monotonic now = clock_.monotonic();
    const std::int64_t rows = archive_.unflushed_rows();
    const std::int64_t unprepared = archive_.unprepared_rows();
    const Milliseconds preparing = preparing_.would_take(unprepared);
    const bool in_passing = rows > 0 && rows >= rows_enough_ / 2 &&
                            calm_until > now + preparing + committing_.would_take(rows);
    const bool enough = rows >= rows_enough_ || (pending() && (live || now >= due()));
    if (enough || in_passing) return flush();
    const bool worth_preparing = unprepared > 0 && unprepared >= rows_enough_ / 4;
    if (!worth_preparing || calm_until <= now + preparing) return Done{};
    auto prepared = prepare();
    if (!prepared.ok()) give_up();
    return prepared;
}

Result<Done> Outbox::timed(Pace& pace, std::int64_t rows, Result<Done> (Archive::*work)()) {
    const Monotonic begun = clock_.monotonic();
    auto done = (archive_.*work)();
    pace = {.took = clock_.monotonic() - begun, .rows = std::max(rows, rows_after_first)};
    return done;
}

Result<Done> Outbox::prepare() {
    const std::int64_t rows = archive_.unprepared_rows();
    return rows > 0 ? timed(preparing_, rows, &Archive::prepare_flush) : Result<Done>{Done{}};
}

Result<Done> Outbox::flush() {
    auto flushed = prepare();
    if (flushed.ok()) flushed = timed(committing_, archive_.unflushed_rows(), &Archive::flush);
    if (!flushed.ok()) {
        give_up();
        return flushed;
    }
    rows_enough_ = std::clamp(rows_enough_ * 2, rows_after_first, rows_max);
    age_enough_ = std::min(age_enough_ * 2, age_max);
    // Taken out first: a report may lead to the next write.
    const auto told = std::exchange(told_, {});
    for (const auto& tell : told)
        tell();
    return Done{};
}

void Outbox::give_up() {
    archive_.roll_back();
    told_.clear();
}

}  // namespace callarchive
