#include "asker.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace callarchive::simulator {
namespace {

struct Reading {
    Filter filter;
    bool from_inclusive;
    bool to_inclusive;
};

class FilterReading : public testing::TestWithParam<Reading> {};

// The answer to every window is compared with the truth, filtered by the plain meaning of the
// reading.
TEST_P(FilterReading, FindsExactlyTheCallsOfTheWindow) {
    const Reading reading = GetParam();
    ServiceOptions options = small_world(2'000);
    options.traffic.long_share = 0.05;
    options.personality.filter = reading.filter;
    options.personality.from_inclusive = reading.from_inclusive;
    options.personality.to_inclusive = reading.to_inclusive;
    Asker asker{options};
    const auto truth = asker.truth();
    ASSERT_GT(truth.size(), 1'000U);
    const auto above = [&](std::int64_t value, std::int64_t from) {
        return reading.from_inclusive ? value >= from : value > from;
    };
    const auto below = [&](std::int64_t value, std::int64_t to) {
        return reading.to_inclusive ? value <= to : value < to;
    };
    std::size_t found = 0;
    // Windows that begin and end exactly where calls do.
    for (auto at = truth.begin(); at != truth.end(); std::advance(at, 40)) {
        const std::int64_t from = at->second.version.start;
        const std::int64_t to = std::max(at->second.version.end, from + 5'000);
        std::vector<std::string> expected;
        for (const auto& [id, call] : truth) {
            const std::int64_t low =
                reading.filter == Filter::end ? call.version.end : call.version.start;
            const std::int64_t high =
                reading.filter == Filter::start ? call.version.start : call.version.end;
            if (above(low, from) && below(high, to)) expected.push_back(id);
        }
        auto got = ids(asker.read_all({{"startTimestamp", from}, {"endTimestamp", to}}));
        std::sort(got.begin(), got.end());
        EXPECT_EQ(got, expected);
        found += got.size();
        if (std::distance(at, truth.end()) <= 40) break;
    }
    EXPECT_GT(found, 100U);
}

INSTANTIATE_TEST_SUITE_P(
    All, FilterReading,
    testing::Values(Reading{Filter::start, true, true}, Reading{Filter::start, false, true},
                    Reading{Filter::start, true, false}, Reading{Filter::end, true, true},
                    Reading{Filter::end, false, false}, Reading{Filter::start_and_end, true, true},
                    Reading{Filter::start_and_end, false, false}));

TEST(Filter, ByResultAndType) {
    Asker asker{small_world()};
    std::size_t sum = 0;
    for (const char* result :
         {"cancel", "reject", "not_answer", "normal_end", "call_busy", "interrupt", "offline"}) {
        for (const auto& record : asker.read_all({{"startTimestamp", 0}, {"callResult", result}})) {
            EXPECT_EQ(record["callResult"], result);
            ++sum;
        }
    }
    EXPECT_EQ(sum, asker.truth().size());
    for (const auto& record : asker.read_all({{"startTimestamp", 0}, {"callType", "group"}})) {
        EXPECT_EQ(record["callType"], "group");
    }
}

TEST(Filter, AnOldStartIsMovedUpSilently) {
    Asker asker{small_world()};
    const auto all = asker.read_all({{"startTimestamp", 0}});
    const auto retained =
        asker.read_all({{"startTimestamp", unix_seconds(moment_of(asker.now)) - 7 * 86'400}});
    EXPECT_EQ(ids(all), ids(retained));
    EXPECT_EQ(all.size(), asker.truth().size());
}

}  // namespace
}  // namespace callarchive::simulator
