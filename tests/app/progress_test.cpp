#include "app/commands/progress.h"

#include "app/test_clock.h"
#include "app/text/printable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
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

class ProgressOfAPass : public testing::Test {
  protected:
    /// What is written to standard error meanwhile.
    template <typename Action>
    std::string written(Action action) {
        testing::internal::CaptureStderr();
        action();
        return testing::internal::GetCapturedStderr();
    }
    void read_window(const RecordCounts& counts, WindowOutcome outcome = WindowOutcome::complete) {
        WindowReport report;
        report.outcome = outcome;
        report.counts = counts;
        to_log_.on_request({}, {});
        to_log_.on_window({}, report);
    }

    TestClock clock_;
    Progress to_log_{clock_, false};
    Progress to_terminal_{clock_, true};
};

TEST_F(ProgressOfAPass, ALineInALogSaysHowFarAndHowLong) {
    to_log_.begin(Seconds{1'000});
    EXPECT_EQ(written([&] { to_log_.show(Seconds{1'000}); }),
              "  0 %  0 windows  0 records (0 new)  0/s  ? left\n");
    clock_.now += Milliseconds{16'000};
    read_window({.added = 30, .unchanged = 60, .revised = 10});
    read_window({.added = 60}, WindowOutcome::split);
    // Nothing was told since: the rate does not fall until the next commit.
    clock_.now += Milliseconds{4'000};
    EXPECT_EQ(written([&] { to_log_.show(Seconds{750}); }),
              " 25 %  1 windows  160 records (90 new)  10/s  1m left\n");
    // More has become due than there was.
    EXPECT_THAT(written([&] { to_log_.show(Seconds{2'000}); }), StartsWith("  0 %"));
    EXPECT_EQ(written([&] { to_log_.show(Seconds{0}); }),
              "100 %  1 windows  160 records (90 new)  one last query: 2 requests\n");
}

TEST_F(ProgressOfAPass, NothingToDoIsAllDone) {
    to_log_.begin(Seconds{0});
    EXPECT_THAT(written([&] { to_log_.show(Seconds{0}); }), StartsWith("100 %"));
}

TEST_F(ProgressOfAPass, ATerminalIsToldOftenAndALogSeldom) {
    clock_.now += Milliseconds{99};
    EXPECT_FALSE(to_terminal_.due());
    clock_.now += Milliseconds{1};
    EXPECT_TRUE(to_terminal_.due());
    EXPECT_FALSE(to_log_.due());
    clock_.now += Milliseconds{60'000};
    EXPECT_TRUE(to_log_.due());
    written([&] { to_log_.show(Seconds{1}); });
    EXPECT_FALSE(to_log_.due());
}

TEST_F(ProgressOfAPass, WhateverIsToldFindsAnEmptyLineOnATerminal) {
    const auto show = [&] { to_terminal_.show(Seconds{1}); };
    EXPECT_THAT(written([&] { to_terminal_.on_notice({}, {}); }), IsEmpty());
    written(show);
    EXPECT_EQ(written([&] { to_terminal_.on_notice({}, {}); }), "\r\x1b[K");
    EXPECT_THAT(written([&] { to_terminal_.on_notice({}, {}); }), IsEmpty());
    written(show);
    EXPECT_EQ(written([&] { to_terminal_.on_gaps({}, {}); }), "\r\x1b[K");
    written(show);
    EXPECT_EQ(written([&] {
                  to_terminal_.on_failure(
                      {}, {.error = {ErrorKind::temporary, "x"}, .window = std::nullopt});
              }),
              "\r\x1b[K");
    // A log has no line to empty.
    EXPECT_THAT(written([&] { to_log_.clear(); }), IsEmpty());
}

TEST_F(ProgressOfAPass, TheClosingLineTellsOfRejectedRecordsWhereThereAreAny) {
    read_window({.added = 1, .unchanged = 2, .revised = 3});
    clock_.now += Milliseconds{1'500};
    EXPECT_EQ(to_log_.summary(),
              "6 records read in 1.5 s: 1 new, 2 unchanged, 3 revised; 1 windows, 1 requests");
    read_window({.rejected = 4});
    EXPECT_THAT(to_log_.summary(), HasSubstr("2 requests; 4 rejected"));
}

}  // namespace
}  // namespace callarchive
