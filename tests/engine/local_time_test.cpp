#include "engine/local_time.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

Instant wall(int seconds) {
    return moment_from_unix(1'700'000'000 + seconds);
}
Monotonic mono(int seconds) {
    return Monotonic{Seconds{seconds}};
}

TEST(LocalTime, IsSteadyAfterADayWithoutAStep) {
    LocalTime time;
    EXPECT_FALSE(time.is_steady(wall(90'000), mono(90'000)));
    time.observe(wall(0), mono(0));
    time.observe(wall(80'000), mono(80'000));
    EXPECT_FALSE(time.is_steady(wall(86'399), mono(86'399)));
    EXPECT_TRUE(time.is_steady(wall(86'400), mono(86'400)));
    // Without an answer in between it goes on.
    EXPECT_TRUE(time.is_steady(wall(900'000), mono(900'000)));
}

TEST(LocalTime, BeginsAnewWithEachStep) {
    for (const int step : {-86'400, -2, 2, 86'400}) {
        LocalTime time;
        time.observe(wall(0), mono(0));
        EXPECT_TRUE(time.is_steady(wall(100'000), mono(100'000)));
        EXPECT_FALSE(time.is_steady(wall(100'000 + step), mono(100'000))) << step;
        time.observe(wall(100'000 + step), mono(100'000));
        EXPECT_FALSE(time.is_steady(wall(186'399 + step), mono(186'399))) << step;
        EXPECT_TRUE(time.is_steady(wall(186'400 + step), mono(186'400))) << step;
    }
}

}  // namespace
}  // namespace callarchive
