#include "app/doctor/filter_probe.h"
#include "app/doctor/finding.h"
#include "app/doctor/storage_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;
using Verdict = Finding::Verdict;

TEST(Finding, ARemedyStandsUnderWhatNeedsIt) {
    const std::string text = findings_text(
        {{Verdict::good, "clock", "agrees"}, {Verdict::failure, "name", "unknown\x1b", "mend it"}});
    EXPECT_THAT(text, HasSubstr("ok      clock            agrees\n"));
    EXPECT_THAT(text, HasSubstr("FAILED  name"));
    EXPECT_THAT(text, HasSubstr("what to do: mend it\n"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Finding, AdviceAndFailuresNeedAPerson) {
    EXPECT_FALSE(needs_attention({}));
    EXPECT_FALSE(needs_attention({{Verdict::good, "", ""}, {Verdict::skipped, "", ""}}));
    EXPECT_TRUE(needs_attention({{Verdict::advice, "", "", "x"}}));
    EXPECT_TRUE(needs_attention({{Verdict::good, "", ""}, {Verdict::failure, "", "", "x"}}));
}

TEST(StorageChecks, SpaceIsJudgedByWhatIsLeft) {
    DiskFacts facts{.bytes_free = 2LL << 30, .bytes_total = 4LL << 30, .files_free = -1};
    EXPECT_EQ(judge_space(facts).verdict, Verdict::good);
    facts.files_free = 3;
    EXPECT_EQ(judge_space(facts).verdict, Verdict::failure);
    facts.files_free = 1'000'000;
    facts.in_memory = true;
    EXPECT_EQ(judge_space(facts).verdict, Verdict::advice);
    facts.in_memory = false;
    facts.bytes_free = 500LL << 20;
    EXPECT_EQ(judge_space(facts).verdict, Verdict::advice);
    facts.bytes_free = 0;
    EXPECT_EQ(judge_space(facts).verdict, Verdict::failure);
    EXPECT_THAT(judge_space(facts).remedy, HasSubstr("make room"));
}

TEST(StorageChecks, ASlowDiskIsWorthAWord) {
    EXPECT_EQ(judge_speed(std::chrono::milliseconds{5}).verdict, Verdict::good);
    EXPECT_EQ(judge_speed(std::chrono::milliseconds{900}).verdict, Verdict::advice);
}

TEST(FilterProbe, EachReadingHasItsWords) {
    const auto words = [](int start, int end, int middle) {
        return reading_in_words(
            {.calls = 3, .at_start = start, .at_end = end, .at_middle = middle});
    };
    EXPECT_THAT(words(3, 0, 0), HasSubstr("when its start does"));
    EXPECT_THAT(words(0, 3, 0), HasSubstr("when its end does"));
    EXPECT_THAT(words(3, 3, 0), HasSubstr("its start or its end"));
    EXPECT_THAT(words(3, 3, 3), HasSubstr("any moment"));
    EXPECT_THAT(words(0, 0, 0), HasSubstr("its start and its end"));
    for (const auto& [start, end, middle] : {std::tuple{2, 0, 1},
                                             {3, 0, 1},
                                             {3, 1, 0},
                                             {3, 3, 1},
                                             {0, 3, 1},
                                             {0, 1, 0},
                                             {0, 0, 1},
                                             {1, 3, 0}}) {
        EXPECT_THAT(words(start, end, middle), HasSubstr("do not agree")) << start << end << middle;
    }
    EXPECT_THAT(reading_in_words({}), HasSubstr("no finished call"));
}

}  // namespace
}  // namespace callarchive
