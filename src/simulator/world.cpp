#include "simulator/world.h"

#include "base/check.h"
#include "simulator/random.h"

#include <array>
#include <cmath>
#include <numbers>

namespace callarchive::simulator {
namespace {

constexpr double vendor_retention_seconds = 7 * 86'400;
constexpr double calls_per_chunk = 2'000;
constexpr std::int64_t chunks_min = 336;  // half hours of a week: fine enough for a daily rhythm
constexpr std::int64_t chunks_max = 20'000;
constexpr double day = 86'400;
constexpr double long_days_max = 5.1;  // the longest call among the vendor's samples

enum Purpose : std::uint64_t { world_seed = 100, chunk_size, call_key };

std::int64_t chunk_length(const Traffic& traffic) {
    const auto wanted = static_cast<std::int64_t>(traffic.calls / calls_per_chunk);
    const std::int64_t chunks = std::clamp(wanted, chunks_min, chunks_max);
    return std::max<std::int64_t>(1, traffic.retention.count() / 1000 / chunks);
}

/// Seconds of talk of an ordinary call: a median of three minutes, from a second to six hours.
double talk_seconds(Draw& draw) {
    // The sum of twelve uniform draws is near enough to a normal distribution.
    double normal = -6;
    for (int i = 0; i < 12; ++i)
        normal += draw.unit();
    return std::clamp(180.0 * std::exp(1.4 * normal), 1.0, 6 * 3600.0);
}

}  // namespace

World::World(const Traffic& traffic, std::int64_t sdk_app_id)
    : traffic_(traffic),
      seed_(mix(traffic.seed, world_seed, sdk_app_id)),
      chunk_seconds_(chunk_length(traffic)),
      scale_(std::min(
          1.0, static_cast<double>(traffic.retention.count()) / 1000.0 / vendor_retention_seconds)),
      length_max_(1 + static_cast<std::int64_t>((long_days_max * day + 60) * scale_)) {
    CHECK(traffic.users > 0 && traffic.calls > 0 && traffic.retention.count() > 0);
}

void World::cover(Moment from, Moment to) {
    const std::int64_t first = number_of(unix_seconds(from));
    while (!chunks_.empty() && first_ < first) {
        chunks_.pop_front();
        ++first_;
    }
    extend(from, to);
}

void World::extend(Moment from, Moment to) {
    const std::int64_t first = number_of(unix_seconds(from));
    const std::int64_t last = number_of(unix_seconds(to));
    if (!begun_) {
        origin_ = first;
        begun_ = true;
    }
    // Beyond this many chunks the clock has jumped by decades; Place counts with 32 bits.
    CHECK(std::abs(first - origin_) < INT32_MAX && std::abs(last - origin_) < INT32_MAX);
    if (chunks_.empty() || last < first_) {
        chunks_.clear();
        first_ = first;
    }
    while (first_ > first)
        chunks_.push_front(make(--first_));
    for (auto next = first_ + static_cast<std::int64_t>(chunks_.size()); next <= last; ++next) {
        chunks_.push_back(make(next));
    }
}

const Call* World::find(Place place) const {
    const std::int64_t index = origin_ + place.chunk - first_;
    if (index < 0 || index >= static_cast<std::int64_t>(chunks_.size())) return nullptr;
    const Chunk& chunk = chunks_[static_cast<std::size_t>(index)];
    return place.row < chunk.size() ? &chunk[place.row] : nullptr;
}

Moment World::covered_until() const {
    const std::int64_t next = first_ + static_cast<std::int64_t>(chunks_.size());
    return moment_from_unix(next * chunk_seconds_);
}

std::size_t World::size() const {
    std::size_t count = 0;
    for (const Chunk& chunk : chunks_)
        count += chunk.size();
    return count;
}

std::int64_t World::number_of(std::int64_t second) const {
    std::int64_t number = second / chunk_seconds_;
    if (second % chunk_seconds_ < 0) --number;
    return number;
}

double World::expected_calls(std::int64_t number) const {
    const double retention = static_cast<double>(traffic_.retention.count()) / 1000.0;
    const double mean = traffic_.calls * static_cast<double>(chunk_seconds_) / retention;
    const double chunks_per_day = retention / 7 / static_cast<double>(chunk_seconds_);
    if (chunks_per_day < 8) return mean;  // too coarse for a rhythm
    const double days = (static_cast<double>(number) + 0.5) / chunks_per_day;
    return mean * (1 - 0.85 * std::cos(2 * std::numbers::pi * (days - std::floor(days) - 0.1)));
}

World::Chunk World::make(std::int64_t number) const {
    const double expected = expected_calls(number);
    const auto count =
        static_cast<std::uint64_t>(expected + to_unit(mix(seed_, chunk_size, number)));
    Chunk chunk;
    chunk.reserve(count);
    for (std::uint64_t row = 0; row < count; ++row)
        chunk.push_back(make_call(number, row));
    std::sort(chunk.begin(), chunk.end(), [](const Call& a, const Call& b) {
        return a.start != b.start ? a.start < b.start : a.key < b.key;
    });
    return chunk;
}

Call World::make_call(std::int64_t number, std::uint64_t row) const {
    Call call{};
    call.key = mix(seed_, call_key, number, row);
    Draw draw{call.key};
    call.start = number * chunk_seconds_ +
                 static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(chunk_seconds_)));
    call.caller = zipf(draw.next(), traffic_.users);
    call.media = draw.chance(0.6) ? Media::video : Media::audio;
    call.kind = draw.chance(traffic_.group_share) ? Kind::group : Kind::single;
    call.callees =
        call.kind == Kind::single ? std::uint8_t{1} : static_cast<std::uint8_t>(1 + draw.below(9));
    const double side = draw.unit();
    if (side < traffic_.both_share) {
        call.dialects = behind_v1 | behind_v4;
    } else if (side < traffic_.both_share + traffic_.v4_share) {
        call.dialects = behind_v4;
    } else {
        call.dialects = behind_v1;
    }
    fill_outcome(call, draw);
    return call;
}

void World::fill_outcome(Call& call, Draw& draw) const {
    struct Share {
        Outcome outcome;
        double up_to;
    };
    constexpr std::array<Share, 7> shares{{{Outcome::normal_end, 0.62},
                                           {Outcome::cancel, 0.74},
                                           {Outcome::reject, 0.82},
                                           {Outcome::not_answer, 0.92},
                                           {Outcome::call_busy, 0.96},
                                           {Outcome::interrupt, 0.985},
                                           {Outcome::offline, 1.0}}};
    const double which = draw.unit();
    call.outcome = Outcome::normal_end;
    // The vendor says that group calls have no other result than normal_end.
    if (call.kind == Kind::single) {
        for (const Share& share : shares) {
            call.outcome = share.outcome;
            if (which < share.up_to) break;
        }
    }
    // The vendor's sample shows `offline` with an accept time; both kinds are made.
    call.answered = call.outcome == Outcome::normal_end || call.outcome == Outcome::interrupt ||
                    (call.outcome == Outcome::offline && draw.chance(0.5));
    const double ring = call.outcome == Outcome::call_busy ? 1.0 : 1.0 + 44.0 * draw.unit();
    const double talk = draw.chance(traffic_.long_share)
                            ? day * (1 + (long_days_max - 1) * draw.unit())
                            : talk_seconds(draw);
    // Rounded by chance, so that calls of a short retention still differ in length.
    const auto scaled = [&](double seconds) {
        return static_cast<std::uint32_t>(seconds * scale_ + draw.unit());
    };
    call.ring = scaled(ring);
    call.length = call.ring + (call.answered ? scaled(talk) : 0);
}

}  // namespace callarchive::simulator
