#pragma once

#include "base/time.h"
#include "simulator/call.h"
#include "simulator/random.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

namespace callarchive::simulator {

/// What traffic an application has.
struct Traffic {
    std::uint64_t seed = 1;
    /// How many calls start within one retention, on average.
    double calls = 10'000;
    std::uint32_t users = 1'000;
    /// The scale of everything: a seventh of it is a day, and calls are shortened with it.
    Milliseconds retention = std::chrono::days{7};
    double group_share = 0.2;
    /// Calls that last for one to five days.
    double long_share = 0.002;
    double v4_share = 0;    ///< behind v4 alone
    double both_share = 0;  ///< behind v1 and v4; the rest is behind v1 alone
};

/// The calls of one application, past and future: a function of the seed and the application,
/// made in chunks of time as they are needed and dropped when they are too old to matter.
class World {
  public:
    /// A place of a call that stays valid until its chunk is dropped.
    struct Place {
        std::int32_t chunk;
        std::uint32_t row;
    };

    /// Requires users, calls and retention to be positive, and shares within 0 to 1.
    World(const Traffic& traffic, std::int64_t sdk_app_id);

    /// Makes the calls that start in [from, to] exist, and forgets all that is wholly older than
    /// `from`. A jump in either direction is as cheap as its new stretch is long.
    void cover(Moment from, Moment to);
    /// As cover(), but forgets nothing.
    void extend(Moment from, Moment to);

    /// Every covered call that starts in [from, to], by start: `visit(place, call)`.
    template <typename Visit>
    void for_each(std::int64_t from, std::int64_t to, Visit visit) const;

    /// Nothing when its chunk was dropped.
    [[nodiscard]] const Call* find(Place place) const;

    /// The longest a call can last.
    [[nodiscard]] Seconds length_max() const { return length_max_; }
    /// The end of what is covered.
    [[nodiscard]] Moment covered_until() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::uint32_t users() const { return traffic_.users; }

  private:
    using Chunk = std::vector<Call>;

    [[nodiscard]] std::int64_t number_of(std::int64_t second) const;
    [[nodiscard]] Chunk make(std::int64_t number) const;
    [[nodiscard]] double expected_calls(std::int64_t number) const;
    [[nodiscard]] Call make_call(std::int64_t number, std::uint64_t row) const;
    void fill_outcome(Call& call, Draw& draw) const;

    Traffic traffic_;
    std::uint64_t seed_;
    std::int64_t chunk_seconds_;
    double scale_;  ///< how much shorter than the vendor's seven days everything is
    Seconds length_max_;
    std::int64_t origin_ = 0;  ///< number of the chunk that Place calls 0
    std::int64_t first_ = 0;   ///< number of the first chunk in chunks_
    std::deque<Chunk> chunks_;
    bool begun_ = false;
};

template <typename Visit>
void World::for_each(std::int64_t from, std::int64_t to, Visit visit) const {
    if (chunks_.empty() || to < from) return;
    const std::int64_t last = first_ + static_cast<std::int64_t>(chunks_.size()) - 1;
    const std::int64_t begin = std::max(number_of(from), first_);
    const std::int64_t end = std::min(number_of(to), last);
    for (std::int64_t number = begin; number <= end; ++number) {
        const Chunk& chunk = chunks_[static_cast<std::size_t>(number - first_)];
        for (std::uint32_t row = 0; row < chunk.size(); ++row) {
            const Call& call = chunk[row];
            if (call.start < from) continue;
            if (call.start > to) return;
            visit(Place{static_cast<std::int32_t>(number - origin_), row}, call);
        }
    }
}

}  // namespace callarchive::simulator
