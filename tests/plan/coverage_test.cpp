#include "plan/coverage.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

Moment at(int seconds) {
    return moment_from_unix(1'000'000 + seconds);
}
Window between(int from, int to) {
    return {.from = at(from), .to = at(to)};
}

TEST(Window, WhatEndsBeforeItBeginsHasNoLength) {
    EXPECT_EQ(between(3, 5).length(), Seconds{2});
    EXPECT_EQ(between(5, 5).length(), Seconds{0});
    const Window nothing_shared = intersection(between(0, 3), between(5, 9));
    EXPECT_TRUE(nothing_shared.empty());
    EXPECT_EQ(nothing_shared.length(), Seconds{0});
}

TEST(Coverage, KeepsSegmentsInOrderWithoutHolesWhateverIsChanged) {
    Coverage coverage{at(0)};
    coverage.change(between(50, 60), [](Segment& s) { s.read_as_of = at(61); });
    coverage.change(between(10, 20), [](Segment& s) { s.read_as_of = at(62); });
    Moment expected = at(0);
    for (const Segment& segment : coverage.segments()) {
        EXPECT_EQ(segment.span.from, expected);
        EXPECT_FALSE(segment.span.empty());
        expected = segment.span.to;
    }
    EXPECT_EQ(expected, at(60));
    EXPECT_EQ(coverage.segments().size(), 4U);
}

TEST(Coverage, JoinsNeighboursOfOneHistory) {
    Coverage coverage{at(0)};
    for (int i = 0; i < 10; ++i) {
        coverage.change(between(i, i + 1), [](Segment& s) { s.read_as_of = at(99); });
    }
    ASSERT_EQ(coverage.segments().size(), 1U);
    EXPECT_EQ(coverage.segments().front().span, between(0, 10));
}

TEST(Coverage, IgnoresWhatLiesBeforeItsBeginning) {
    Coverage coverage{at(0)};
    coverage.change(between(-10, 5), [](Segment& s) { s.read_as_of = at(9); });
    EXPECT_EQ(coverage.segments().front().span, between(0, 5));
    coverage.change(between(-10, -5), [](Segment&) { FAIL(); });
}

TEST(Coverage, RefusesStoredSegmentsThatAreNoCoverage) {
    const Segment first{.span = between(0, 5)};
    const Segment second{.span = between(5, 9)};
    EXPECT_TRUE(Coverage::from_segments(at(0), {first, second}));
    EXPECT_FALSE(Coverage::from_segments(at(0), {second, first}));
    EXPECT_FALSE(Coverage::from_segments(at(0), {second}));
    EXPECT_FALSE(Coverage::from_segments(at(1), {first, second}));
    EXPECT_FALSE(Coverage::from_segments(at(0), {first, {.span = between(4, 9)}}));
    EXPECT_FALSE(Coverage::from_segments(at(0), {{.span = between(0, 0)}}));
}

TEST(Coverage, BeginsLaterWithinAndBeyondWhatIsKnown) {
    Coverage coverage{at(0)};
    coverage.change(between(0, 10), [](Segment& s) { s.read_as_of = at(11); });
    coverage.begin_later(at(4));
    EXPECT_EQ(coverage.segments().front().span, between(4, 10));
    coverage.begin_later(at(2));
    EXPECT_EQ(coverage.beginning(), at(4));
    coverage.begin_later(at(20));
    EXPECT_TRUE(coverage.segments().empty());
    EXPECT_EQ(coverage.end(), at(20));
}

}  // namespace
}  // namespace callarchive
