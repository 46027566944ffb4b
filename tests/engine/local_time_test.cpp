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

TEST(LocalTime, IsSteadyAfterAnHourWithoutAStep) {
    LocalTime time;
    EXPECT_FALSE(time.is_steady(wall(9'000), mono(9'000)));
    time.observe(wall(0), mono(0));
    time.observe(wall(3'000), mono(3'000));
    EXPECT_FALSE(time.is_steady(wall(3'599), mono(3'599)));
    EXPECT_TRUE(time.is_steady(wall(3'600), mono(3'600)));
    // Without an answer in between it goes on.
    EXPECT_TRUE(time.is_steady(wall(900'000), mono(900'000)));
}

TEST(LocalTime, BeginsAnewWithEachStep) {
    for (const int step : {-86'400, -2, 2, 86'400}) {
        LocalTime time;
        time.observe(wall(0), mono(0));
        EXPECT_TRUE(time.is_steady(wall(5'000), mono(5'000)));
        EXPECT_FALSE(time.is_steady(wall(5'000 + step), mono(5'000))) << step;
        time.observe(wall(5'000 + step), mono(5'000));
        EXPECT_FALSE(time.is_steady(wall(8'599 + step), mono(8'599))) << step;
        EXPECT_TRUE(time.is_steady(wall(8'600 + step), mono(8'600))) << step;
    }
}

}  // namespace
}  // namespace callarchive
