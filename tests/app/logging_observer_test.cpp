#include "app/log/logging_observer.h"

#include "app/test_clock.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace callarchive {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class LoggingObserverTest : public testing::Test {
  protected:
    /// What is written to standard error meanwhile.
    template <typename Action>
    std::string written(Action action) {
        testing::internal::CaptureStderr();
        action();
        return testing::internal::GetCapturedStderr();
    }
    std::string fail(ErrorKind kind, const std::string& message) {
        return written([&] {
            observer_.on_failure(source_, {.error = {kind, message}, .window = std::nullopt});
        });
    }
    std::string lose(GapReason reason, Seconds length) {
        const Segment segment{
            .span = {.from = moment_from_unix(0), .to = moment_from_unix(0) + length},
            .state = CoverageState::gap,
            .reason = reason};
        return written([&] { observer_.on_gaps(source_, {segment}); });
    }
    std::string end_cycle(bool failing) {
        SourceReport report;
        report.identity = source_;
        report.failing = failing;
        return written([&] { observer_.on_cycle(report); });
    }

    TestClock clock_;
    Log log_{"info", "text"};
    LoggingObserver observer_{log_, clock_};
    SourceIdentity source_{.name = "a", .sdk_app_id = 1};
};

TEST_F(LoggingObserverTest, FailuresOfOneKindAreFoldedThoughTheirMessagesDiffer) {
    EXPECT_THAT(fail(ErrorKind::temporary, "requestId 1"), HasSubstr("requestId 1"));
    for (int i = 2; i <= 10; ++i) {
        clock_.now += Milliseconds{1'000};
        EXPECT_THAT(fail(ErrorKind::temporary, fmt::format("requestId {}", i)), IsEmpty());
    }
    clock_.now = Milliseconds{60'000};
    EXPECT_THAT(fail(ErrorKind::temporary, "requestId 11"),
                AllOf(HasSubstr("requestId 11"), HasSubstr("; 10 failures since the last line")));
}

TEST_F(LoggingObserverTest, AFailureNamesTheLastRequestWhereItsMessageNamesNone) {
    observer_.on_request(source_,
                         {.outcome = RequestOutcome::ok, .duration = {}, .request_id = "id-7"});
    EXPECT_THAT(fail(ErrorKind::malformed, "totals disagree"),
                HasSubstr("last requestId \"id-7\""));
    EXPECT_THAT(fail(ErrorKind::configuration, "code 70003, requestId \"id-8\""),
                AllOf(HasSubstr("id-8"), Not(HasSubstr("id-7"))));
    // An answer without one is no reason to name an older one.
    observer_.on_request(source_, {.outcome = RequestOutcome::network, .duration = {}});
    EXPECT_THAT(fail(ErrorKind::temporary, "no answer"), Not(HasSubstr("requestId")));
}

TEST_F(LoggingObserverTest, AFailureOfAnotherKindIsToldAtOnce) {
    EXPECT_THAT(fail(ErrorKind::temporary, "no answer"), HasSubstr("warning"));
    EXPECT_THAT(fail(ErrorKind::configuration, "wrong key"),
                AllOf(HasSubstr("error"), HasSubstr("wrong key")));
    EXPECT_THAT(fail(ErrorKind::temporary, "no answer"), IsEmpty());
}

TEST_F(LoggingObserverTest, WhatOnlyAPersonCanMendIsAnError) {
    for (const ErrorKind kind : {ErrorKind::configuration, ErrorKind::storage,
                                 ErrorKind::storage_full, ErrorKind::damaged, ErrorKind::displaced})
        EXPECT_THAT(fail(kind, "x"), HasSubstr("Z error   a: x")) << static_cast<int>(kind);
    for (const ErrorKind kind : {ErrorKind::temporary, ErrorKind::throttled, ErrorKind::malformed})
        EXPECT_THAT(fail(kind, "x"), HasSubstr("Z warning a: x")) << static_cast<int>(kind);
}

TEST_F(LoggingObserverTest, RecoveryIsToldOnceWithWhatWasFolded) {
    static_cast<void>(fail(ErrorKind::temporary, "no answer"));
    static_cast<void>(fail(ErrorKind::temporary, "no answer"));
    EXPECT_THAT(end_cycle(true), Not(HasSubstr("working again")));
    EXPECT_THAT(end_cycle(false), HasSubstr("working again; 1 failure since the last line"));
    EXPECT_THAT(end_cycle(false), Not(HasSubstr("working again")));
    EXPECT_THAT(fail(ErrorKind::temporary, "no answer"), HasSubstr("no answer"));
}

TEST_F(LoggingObserverTest, LossesAreErrorsAndNoneIsForgotten) {
    EXPECT_THAT(lose(GapReason::unread, Seconds{60}),
                AllOf(HasSubstr("error"), HasSubstr("1m unread"), Not(HasSubstr("early"))));
    EXPECT_THAT(lose(GapReason::unread, Seconds{30}), IsEmpty());
    EXPECT_THAT(lose(GapReason::early, Seconds{10}), IsEmpty());
    EXPECT_THAT(end_cycle(false), Not(HasSubstr("history left")));
    clock_.now = Milliseconds{60'000};
    EXPECT_THAT(end_cycle(false), AllOf(HasSubstr("30s unread"), HasSubstr("10s early")));
    clock_.now = Milliseconds{120'000};
    EXPECT_THAT(end_cycle(false), Not(HasSubstr("history left")));
}

TEST_F(LoggingObserverTest, WhatWasReadTooEarlyIsNoError) {
    EXPECT_THAT(lose(GapReason::early, Seconds{10}),
                AllOf(HasSubstr("warning"), HasSubstr("10s early"), Not(HasSubstr("unread"))));
}

TEST_F(LoggingObserverTest, ACycleHasItsNumbersAsNumbers) {
    log_.configure("info", "json");
    WindowReport window;
    window.pages = 2;
    window.counts = {.added = 3, .unchanged = 4};
    SourceReport report;
    report.identity = source_;
    report.margin = Seconds{600};
    EXPECT_THAT(written([&] {
                    observer_.on_window(source_, window);
                    observer_.on_cycle(report);
                }),
                AllOf(HasSubstr(R"("app":"a","new":3,"unchanged":4,"revised":0,"rejected":0,)"),
                      HasSubstr(R"("windows":1,"pages":2,"margin_seconds":600})")));
}

TEST_F(LoggingObserverTest, PrioritiesGoToTheJournalOnly) {
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    EXPECT_THAT(written([] {
                    Log{"info", "text"}.write(LogLevel::error, "x");
                }),
                Not(StartsWith("<")));
    EXPECT_THAT(written([] {
                    struct stat status {};
                    ASSERT_EQ(::fstat(STDERR_FILENO, &status), 0);
                    const auto stream = fmt::format("{}:{}", status.st_dev, status.st_ino);
                    ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
                    Log{"info", "text"}.write(LogLevel::error, "x");
                }),
                StartsWith("<3>"));
    ::unsetenv("JOURNAL_STREAM");
}

TEST_F(LoggingObserverTest, WhatIsToldBeforeThereIsALogHasAPriorityToo) {
    EXPECT_EQ(journal_priority(LogLevel::error), "");
    EXPECT_EQ(written([] {
                  struct stat status {};
                  ASSERT_EQ(::fstat(STDERR_FILENO, &status), 0);
                  const auto stream = fmt::format("{}:{}", status.st_dev, status.st_ino);
                  ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
                  EXPECT_EQ(journal_priority(LogLevel::error), "<3>");
                  EXPECT_EQ(journal_priority(LogLevel::warn), "<4>");
                  EXPECT_EQ(journal_priority(LogLevel::info), "<6>");
                  EXPECT_EQ(journal_priority(LogLevel::debug), "<7>");
                  // Closed, it leads nowhere, and surely not to the journal.
                  const int before = ::dup(STDERR_FILENO);
                  ::close(STDERR_FILENO);
                  const std::string closed = journal_priority(LogLevel::error);
                  ::dup2(before, STDERR_FILENO);
                  ::close(before);
                  EXPECT_EQ(closed, "");
              }),
              "");
    ::unsetenv("JOURNAL_STREAM");
}

}  // namespace
}  // namespace callarchive
