#include "asker.h"

#include <gtest/gtest.h>

#include <set>

namespace callarchive::simulator {
namespace {

using Json = nlohmann::json;

/// Reads a busy little world every `step` and checks that the truth said what would be there.
void compare_with_truth(const Personality& personality) {
    ServiceOptions options;
    options.rate_limit = 0;
    options.keep_truth = true;
    options.traffic.calls = 300;
    options.traffic.retention = Seconds{700};
    options.personality = personality;
    Asker asker{options};
    std::map<Instant, std::set<std::string>> seen;
    for (int step = 0; step < 100; ++step) {
        for (const Json& record : asker.read_all({{"startTimestamp", 0}})) {
            seen[asker.now].insert(record["callId"].get<std::string>());
        }
        asker.now += Milliseconds{10'700};
    }
    const auto truth = asker.truth();
    for (const auto& [when, calls] : seen) {
        std::set<std::string> expected;
        for (const auto& [id, call] : truth) {
            if (call.from <= when && when < call.until) expected.insert(id);
        }
        EXPECT_EQ(calls, expected) << (when - test_now).count();
    }
    EXPECT_GT(truth.size(), 500U);
}

TEST(Publication, TheTruthSaysWhatCanBeReadAndWhen) {
    for (const Filter filter : {Filter::start, Filter::end, Filter::start_and_end}) {
        for (const Publication publication :
             {Publication::at_end, Publication::at_start, Publication::late}) {
            for (const Basis basis : {Basis::start, Basis::end}) {
                Personality personality;
                personality.filter = filter;
                personality.publication = publication;
                personality.publication_delay = Seconds{30};
                personality.retention_from = basis;
                personality.revised_share = 0.2;
                compare_with_truth(personality);
            }
        }
    }
}

TEST(Publication, ACallAppearsAtItsEndAndLeavesWithItsStart) {
    Asker asker{small_world()};
    for (const auto& [id, call] : asker.truth()) {
        EXPECT_GE(call.from, Instant{moment_from_unix(call.version.end)});
        EXPECT_LT(call.from, Instant{moment_from_unix(call.version.end + 1)});
        EXPECT_EQ(call.until, Instant{moment_from_unix(call.version.start)} + std::chrono::days{7});
    }
}

TEST(Publication, AtTheStartARecordIsIncompleteFirst) {
    ServiceOptions options = small_world(20'000);
    options.personality.publication = Publication::at_start;
    Asker asker{options};
    std::set<std::string> open;
    for (const Json& record : asker.read_all({{"startTimestamp", 0}, {"numberPerPage", 1000}})) {
        if (record["endTs"] == 0) open.insert(record["callId"].get<std::string>());
    }
    EXPECT_GT(open.size(), 3U);
    asker.now += std::chrono::hours{5 * 24 + 6};
    for (const Json& record : asker.read_all({{"startTimestamp", 0}, {"numberPerPage", 1000}})) {
        if (open.contains(record["callId"].get<std::string>())) {
            EXPECT_NE(record["endTs"], 0);
        }
    }
}

struct Changes {
    std::set<std::string> versions;
    std::set<std::int64_t> starts;
};

std::map<std::string, Changes> watch(const Personality& personality) {
    ServiceOptions options = small_world(100);
    options.personality = personality;
    Asker asker{options};
    std::map<std::string, Changes> calls;
    for (int hour = 0; hour < 48; ++hour) {
        for (const Json& record : asker.read_all({{"startTimestamp", 0}})) {
            Changes& changes = calls[record["callId"].get<std::string>()];
            changes.versions.insert(record.dump());
            changes.starts.insert(record["startCallTs"].get<std::int64_t>());
        }
        asker.now += std::chrono::minutes{61};
    }
    return calls;
}

TEST(Publication, CallsChangeOnlyWhereTold) {
    std::size_t changed = 0;
    for (const auto& [id, changes] : watch({}))
        EXPECT_EQ(changes.versions.size(), 1U);
    Personality revised;
    revised.revised_share = 1;
    for (const auto& [id, c] : watch(revised))
        changed += c.versions.size() == 2 ? 1U : 0U;
    EXPECT_GT(changed, 5U);
    Personality flipping;
    flipping.flipping_share = 1;
    for (const auto& [id, c] : watch(flipping))
        EXPECT_LE(c.versions.size(), 2U);
    Personality moved;
    moved.moved_share = 1;
    std::size_t moves = 0;
    for (const auto& [id, c] : watch(moved))
        moves += c.starts.size() == 2 ? 1U : 0U;
    EXPECT_GT(moves, 5U);
}

TEST(Publication, EveryRandomPersonalityKeepsItsWord) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Draw draw{seed};
        Personality personality = random_personality(draw, Seconds{700});
        // What moves has no single truth for all of the past.
        personality.moved_share = 0;
        SCOPED_TRACE(seed);
        compare_with_truth(personality);
    }
}

}  // namespace
}  // namespace callarchive::simulator
