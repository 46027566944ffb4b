#pragma once

#include "simulator/dialect.h"
#include "simulator/personality.h"
#include "simulator/publication.h"
#include "simulator/world.h"

#include <list>
#include <vector>

namespace callarchive::simulator {

/// The calls that one query finds, in the order of its pages, as of one instant.
struct ResultSet {
    Dialect dialect = Dialect::v1;
    Query query;
    Instant as_of;
    Instant valid_until;  ///< nothing in it changes before
    std::vector<World::Place> places;
};

/// Finds the calls a query asks for and remembers recent answers, so that page 10,000 of a large
/// window costs what page 2 of a small one does.
class Results {
  public:
    Results(const Personality& personality, const PublicationRules& rules, Milliseconds retention,
            std::uint64_t seed)
        : personality_(personality), rules_(rules), retention_(retention), seed_(seed) {}

    /// What page `page` of the query is a part of. Stays valid until the next call.
    const ResultSet& find(const World& world, Dialect dialect, const Query& query,
                          std::int64_t page, Instant now);

    /// Whether the record as it is at `now` answers the query.
    [[nodiscard]] bool matches(const Call& call, Dialect dialect, const Query& query,
                               Instant now) const;

  private:
    [[nodiscard]] bool usable(const ResultSet& set, std::int64_t page, Instant now) const;
    void fill(ResultSet& set, const World& world, Instant now) const;
    void arrange(ResultSet& set, const World& world, std::uint64_t salt) const;

    const Personality& personality_;
    const PublicationRules& rules_;
    Milliseconds retention_;
    std::uint64_t seed_;
    std::uint64_t asked_ = 0;
    std::list<ResultSet> recent_;  ///< latest first
};

}  // namespace callarchive::simulator
