#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace callarchive {
namespace {

TEST(Result, HoldsAValueOrAnError) {
    const Result<int> good = 7;
    EXPECT_TRUE(good.ok());
    EXPECT_EQ(*good, 7);
    const Result<int> bad = Error{ErrorKind::throttled, "too fast"};
    EXPECT_FALSE(bad.ok());
    EXPECT_EQ(bad.error().kind, ErrorKind::throttled);
}

TEST(Result, GivesUpAMoveOnlyValue) {
    Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 3);
}

TEST(ResultDeathTest, StopsAtTheValueOfAnError) {
    Result<int> bad = Error{ErrorKind::temporary, ""};
    EXPECT_DEATH(static_cast<void>(bad.value()), "internal fault at .*ok\\(\\) does not hold");
}

}  // namespace
}  // namespace callarchive
