#include "simulator/world.h"

#include <gtest/gtest.h>

#include <set>

namespace callarchive::simulator {
namespace {

const Moment now = moment_from_unix(1'700'000'000);
const Moment week_ago = now - std::chrono::days{7};

std::vector<Call> calls_of(const World& world, std::int64_t from, std::int64_t to) {
    std::vector<Call> calls;
    world.for_each(from, to, [&](World::Place, const Call& call) { calls.push_back(call); });
    return calls;
}

std::vector<std::uint64_t> keys_of(const World& world) {
    std::vector<std::uint64_t> keys;
    for (const Call& call : calls_of(world, unix_seconds(week_ago), unix_seconds(now))) {
        keys.push_back(call.key);
    }
    return keys;
}

TEST(World, IsAFunctionOfSeedAndApplicationWhateverWasAskedBefore) {
    World at_once{Traffic{}, 1};
    at_once.cover(week_ago, now);
    World by_and_by{Traffic{}, 1};
    by_and_by.cover(week_ago - std::chrono::days{3}, week_ago);
    for (Moment t = week_ago; t <= now; t += std::chrono::hours{5})
        by_and_by.extend(week_ago, t);
    by_and_by.cover(week_ago, now);
    EXPECT_EQ(keys_of(at_once), keys_of(by_and_by));

    World other_app{Traffic{}, 2};
    other_app.cover(week_ago, now);
    Traffic other_traffic;
    other_traffic.seed = 2;
    World other_seed{other_traffic, 1};
    other_seed.cover(week_ago, now);
    EXPECT_NE(keys_of(at_once), keys_of(other_app));
    EXPECT_NE(keys_of(at_once), keys_of(other_seed));
}

TEST(World, HasAboutAsManyCallsAsWereAskedFor) {
    for (const auto retention :
         {Milliseconds{20'000}, Milliseconds{3'600'000}, Milliseconds{std::chrono::days{7}}}) {
        Traffic traffic;
        traffic.retention = retention;
        traffic.calls = 20'000;
        World world{traffic, 1};
        const Moment from = moment_of(Instant{now} - retention);
        world.cover(from, now);
        const auto count = calls_of(world, unix_seconds(from) + 1, unix_seconds(now)).size();
        EXPECT_NEAR(static_cast<double>(count), 20'000, 1'500) << retention.count();
    }
}

TEST(World, ForgetsWhatIsOldAndSurvivesJumps) {
    World world{Traffic{}, 1};
    world.cover(week_ago, now);
    const std::size_t size = world.size();
    World::Place place{};
    world.for_each(unix_seconds(week_ago) + 3600, unix_seconds(now),
                   [&](World::Place p, const Call&) { place = p; });
    EXPECT_NE(world.find(place), nullptr);
    world.cover(week_ago + std::chrono::days{3650}, now + std::chrono::days{3650});
    EXPECT_NEAR(static_cast<double>(world.size()), static_cast<double>(size), 100);
    EXPECT_EQ(world.find(place), nullptr);
    world.cover(week_ago, now);
    EXPECT_NE(world.find(place), nullptr);
}

TEST(World, HoldsEveryKindOfCallWithTimesThatMakeSense) {
    Traffic traffic;
    traffic.calls = 50'000;
    traffic.v4_share = 0.2;
    traffic.both_share = 0.2;
    World world{traffic, 1};
    world.cover(week_ago, now);
    std::set<Outcome> outcomes;
    std::set<int> dialects;
    std::set<std::uint64_t> keys;
    std::uint32_t longest = 0;
    for (const Call& call : calls_of(world, INT64_MIN, INT64_MAX)) {
        outcomes.insert(call.outcome);
        dialects.insert(call.dialects);
        keys.insert(call.key);
        longest = std::max(longest, call.length);
        EXPECT_LE(call.ring, call.length);
        EXPECT_LE(Seconds{call.length}, world.length_max());
        if (call.kind == Kind::group) {
            EXPECT_EQ(call.outcome, Outcome::normal_end);
        }
    }
    EXPECT_EQ(outcomes.size(), 7U);
    EXPECT_EQ(dialects, (std::set<int>{1, 2, 3}));
    EXPECT_EQ(keys.size(), world.size());
    EXPECT_GT(longest, 2U * 86'400U);
    EXPECT_LE(sizeof(Call), 40U);
}

}  // namespace
}  // namespace callarchive::simulator
