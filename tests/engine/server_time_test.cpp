#include "engine/server_time.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

constexpr Seconds tolerance{600};

constexpr std::int64_t year_2023 = 1'700'000'000;

HttpAnswer dated(int seconds) {
    HttpAnswer answer;
    answer.date = moment_from_unix(year_2023 + seconds);
    return answer;
}
Instant wall(int seconds) {
    return moment_from_unix(year_2023 + seconds);
}
Monotonic mono(int seconds) {
    return Monotonic{Seconds{seconds}};
}

TEST(ServerTime, BelievesTheLocalClockUntilAServerHasSpoken) {
    const ServerTime time;
    EXPECT_EQ(time.trusted(wall(77), mono(1), tolerance), wall(77));
    EXPECT_FALSE(time.at(mono(1)));
}

TEST(ServerTime, DoesNotBelieveADateBeforeThereWasAnApi) {
    ServerTime time;
    HttpAnswer nonsense;
    nonsense.date = moment_from_unix(0);
    time.observe(nonsense, mono(1));
    EXPECT_FALSE(time.at(mono(1)));
    time.observe(dated(100), mono(2));
    time.observe(nonsense, mono(3));
    EXPECT_EQ(time.at(mono(4)), wall(102));
}

TEST(ServerTime, TakesTheEarlierOfTwoClocks) {
    ServerTime time;
    time.observe(dated(1'000'000), mono(10));
    EXPECT_EQ(time.trusted(wall(1'000'100), mono(10), tolerance), wall(1'000'000));
    EXPECT_EQ(time.trusted(wall(999'900), mono(10), tolerance), wall(999'900));
    EXPECT_EQ(time.trusted(wall(1'000'001), mono(10), tolerance), wall(1'000'000));
}

TEST(ServerTime, TheLatestItMayBeIsTheLocalClockAsFarAsTheHeaderLeavesOpen) {
    ServerTime time;
    EXPECT_EQ(time.latest(wall(77), mono(1)), wall(77));
    time.observe(dated(1'000'000), mono(10));
    EXPECT_EQ(time.latest(wall(1'000'001), mono(10)), wall(1'000'001));
    EXPECT_EQ(time.latest(wall(1'000'100), mono(10)), wall(1'000'000));
    EXPECT_EQ(time.latest(wall(999'900), mono(10)), wall(1'000'000));
}

TEST(ServerTime, DoesNotFollowALocalClockThatIsFarBehindOrJumps) {
    ServerTime time;
    time.observe(dated(1'000'000), mono(10));
    EXPECT_EQ(time.trusted(wall(0), mono(20), tolerance), wall(1'000'010));
    EXPECT_EQ(time.trusted(wall(90'000'000), mono(20), tolerance), wall(1'000'010));
}

TEST(ServerTime, GoesOnWithTheMonotonicClockBetweenAnswers) {
    ServerTime time;
    time.observe(dated(1'000'000), mono(10));
    EXPECT_EQ(time.at(mono(3'610)), wall(1'003'600));
}

TEST(ServerTime, FollowsAServerWhoseClockWasSetBack) {
    ServerTime time;
    time.observe(dated(1'000'000), mono(10));
    time.observe(dated(900'000), mono(11));
    EXPECT_EQ(time.at(mono(11)), wall(900'000));
}

TEST(ServerTime, TellsSkewOnlyBeyondWhatTheHeaderCanTell) {
    ServerTime time;
    time.observe(dated(1'000'000), mono(10));
    EXPECT_EQ(time.skew(wall(1'000'001), mono(10)), Seconds{0});
    EXPECT_EQ(time.skew(wall(1'000'100), mono(10)), Seconds{100});
    EXPECT_EQ(time.skew(wall(999'000), mono(10)), Seconds{-1000});
}

}  // namespace
}  // namespace callarchive
