#include "engine/set_aside.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

Window between(int from, int to) {
    return {.from = moment_from_unix(from), .to = moment_from_unix(to)};
}
Monotonic mono(int seconds) {
    return Monotonic{Seconds{seconds}};
}

TEST(SetAside, CutsWhatWaitsOutOfThePlanUntilItsTime) {
    SetAside aside{Seconds{604'800}};
    aside.add(between(10, 12), mono(0));
    const std::vector<PlannedWindow> planned{
        {.window = between(0, 20), .purpose = Purpose::revisit}};
    const auto left = aside.filter(planned, mono(1));
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0].window, between(0, 10));
    EXPECT_EQ(left[1].window, between(12, 20));
    EXPECT_EQ(left[1].purpose, Purpose::revisit);
    EXPECT_EQ(aside.next(mono(1)), mono(60));
    EXPECT_EQ(aside.filter(planned, mono(60)), planned);
}

TEST(SetAside, WaitsLongerEachTimeButNeverMoreThanAnHour) {
    SetAside aside{Seconds{604'800}};
    Monotonic now = mono(0);
    Milliseconds before{0};
    for (int i = 0; i < 12; ++i) {
        aside.add(between(10, 12), now);
        const Milliseconds wait = aside.next(now) - now;
        EXPECT_GE(wait, before);
        EXPECT_LE(wait, Seconds{3600});
        before = wait;
        now = aside.next(now);
    }
    EXPECT_EQ(before, Seconds{3600});
}

TEST(SetAside, ForgetsWhatWasReadAndKeepsWhatWasGivenUp) {
    SetAside aside{Seconds{604'800}};
    aside.add(between(10, 12), mono(0));
    aside.clear(between(9, 13));
    EXPECT_EQ(aside.next(mono(0)), Monotonic::max());
    aside.add_for_good(between(0, 5));
    const std::vector<PlannedWindow> planned{
        {.window = between(0, 5), .purpose = Purpose::first_read}};
    EXPECT_TRUE(aside.filter(planned, mono(1'000'000'000)).empty());
}

TEST(SetAside, LeavesSweepsWhole) {
    SetAside aside{Seconds{604'800}};
    aside.add(between(10, 12), mono(0));
    const std::vector<PlannedWindow> planned{{.window = between(0, 20), .purpose = Purpose::sweep}};
    EXPECT_EQ(aside.filter(planned, mono(1)), planned);
}

}  // namespace
}  // namespace callarchive
