#include "app/commands/progress.h"

#include "app/text/printable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string numbers = "  50 %  12 windows  12345 records (12345 new)  1234/s  1m 30s left";

TEST(Progress, ALineNeverWraps) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    for (std::size_t columns = 0; columns <= 200; ++columns) {
        EXPECT_LE(columns_of(progress_line(0.5, numbers, columns)), columns == 0 ? 0 : columns - 1)
            << columns;
    }
}

TEST(Progress, TheBarGivesWayBeforeTheNumbers) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    EXPECT_THAT(progress_line(0.5, numbers, 80), HasSubstr(numbers));
    EXPECT_THAT(progress_line(0.5, numbers, 70), StartsWith(numbers.substr(0, 60)));
    EXPECT_THAT(progress_line(0.5, numbers, 120), HasSubstr("█░"));
}

TEST(Progress, ABarIsNeverMoreThanFullNorLessThanEmpty) {
    EXPECT_THAT(progress_line(7, "", 12), HasSubstr("██████"));
    EXPECT_THAT(progress_line(-1, "", 12), HasSubstr("░░░░░░"));
}

}  // namespace
}  // namespace callarchive
