#include "simulator/results.h"

#include "simulator/random.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace callarchive::simulator {
namespace {

constexpr std::size_t sets_max = 32;
/// Places remembered over all sets: 64 MB.
constexpr std::size_t places_max = 8'000'000;

bool within(std::int64_t value, std::int64_t low, bool low_inclusive) {
    return low_inclusive ? value >= low : value > low;
}

/// An open end is no bound, inclusive or not.
bool not_after(std::int64_t value, std::int64_t high, bool inclusive) {
    return high == INT64_MAX || (inclusive ? value <= high : value < high);
}

std::int64_t minus(std::int64_t value, Seconds seconds) {
    return value < INT64_MIN + seconds.count() ? INT64_MIN : value - seconds.count();
}

std::int64_t plus(std::int64_t value, Seconds seconds) {
    return value > INT64_MAX - seconds.count() ? INT64_MAX : value + seconds.count();
}

}  // namespace

const ResultSet& Results::find(const World& world, Dialect dialect, const Query& query,
                               std::int64_t page, Instant now) {
    ++asked_;
    const auto same = [&](const ResultSet& set) {
        return set.dialect == dialect && set.query == query;
    };
    auto found = std::find_if(recent_.begin(), recent_.end(), same);
    if (found == recent_.end()) {
        found = recent_.insert(
            recent_.begin(),
            ResultSet{
                .dialect = dialect, .query = query, .as_of = {}, .valid_until = {}, .places = {}});
    } else {
        recent_.splice(recent_.begin(), recent_, found);
    }
    if (!usable(*found, page, now)) fill(*found, world, now);
    if (personality_.order == Order::unstable) arrange(*found, world, asked_);

    std::size_t places = 0;
    std::size_t sets = 0;
    for (auto set = recent_.begin(); set != recent_.end(); ++set) {
        places += set->places.size();
        if (set == found || (++sets <= sets_max && places <= places_max)) continue;
        recent_.erase(set, recent_.end());
        break;
    }
    return recent_.front();
}

bool Results::usable(const ResultSet& set, std::int64_t page, Instant now) const {
    if (set.valid_until == Instant{} || now < set.as_of) return false;
    if (now < set.valid_until) return true;
    // Without drift, page 1 takes a snapshot that the later pages are cut from.
    const Milliseconds kept = std::min<Milliseconds>(Seconds{30}, retention_ / 20);
    return !personality_.drift && page > 1 && now - set.as_of < kept;
}

bool Results::matches(const Call& call, Dialect dialect, const Query& query, Instant now) const {
    const std::uint8_t side = dialect == Dialect::v1 ? behind_v1 : behind_v4;
    if ((call.dialects & side) == 0 || !rules_.readable(call, now)) return false;
    if (query.kind && call.kind != *query.kind) return false;
    const Version version = rules_.version_at(call, now);
    if (query.outcome && version.outcome != *query.outcome) return false;
    const bool end_from = personality_.filter == Filter::end;
    const bool end_to = personality_.filter != Filter::start;
    return within(end_from ? version.end : version.start, query.from,
                  personality_.from_inclusive) &&
           not_after(end_to ? version.end : version.start, query.to, personality_.to_inclusive);
}

void Results::fill(ResultSet& set, const World& world, Instant now) const {
    set.as_of = now;
    set.places.clear();
    // What lies beyond the calls made so far may change the answer too.
    set.valid_until = Instant{world.covered_until()};
    const Seconds shift = rules_.start_shift_max();
    const Seconds back = personality_.filter == Filter::end ? world.length_max() + shift : shift;
    const auto visit = [&](World::Place place, const Call& call) {
        if (matches(call, set.dialect, set.query, now)) set.places.push_back(place);
        set.valid_until = std::min(set.valid_until, rules_.next_change(call, now));
    };
    world.for_each(minus(set.query.from, back), plus(set.query.to, shift), visit);
    if (personality_.order != Order::ascending || !rules_.starts_fixed()) arrange(set, world, 0);
}

void Results::arrange(ResultSet& set, const World& world, std::uint64_t salt) const {
    using Rank = std::pair<std::int64_t, std::uint64_t>;
    std::vector<std::pair<Rank, World::Place>> ranked;
    ranked.reserve(set.places.size());
    for (const World::Place place : set.places) {
        const Call* call = world.find(place);
        if (call == nullptr) continue;
        const std::int64_t start = rules_.version_at(*call, set.as_of).start;
        switch (personality_.order) {
            case Order::ascending:
                ranked.push_back({{start, call->key}, place});
                break;
            case Order::descending:
                ranked.push_back({{-start, call->key}, place});
                break;
            case Order::shuffled:
                ranked.push_back({{0, mix(seed_, call->key)}, place});
                break;
            case Order::unstable:
                ranked.push_back({{0, mix(salt, call->key)}, place});
                break;
        }
    }
    std::sort(ranked.begin(), ranked.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    set.places.clear();
    for (const auto& [rank, place] : ranked)
        set.places.push_back(place);
}

}  // namespace callarchive::simulator
