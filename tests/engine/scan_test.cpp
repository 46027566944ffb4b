#include "engine/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>

namespace callarchive {
namespace {

/// How an API answers that may read every undocumented point in its own way.
struct Habits {
    int records = 0;
    int page_size_max = 100;  ///< silently lowers what was asked for
    enum class PageField { zero_on_last, echo, always_zero, missing } page_field = PageField::echo;
    enum class Total { of_query, of_page, missing, always_larger } total = Total::of_query;
    bool code_at_end = false;
};

Page answer(const Habits& habits, int asked_size, int page) {
    const int size = std::min(asked_size, habits.page_size_max);
    const int first = (page - 1) * size;
    const int count = std::clamp(habits.records - first, 0, size);
    Page result;
    for (int i = 0; i < count; ++i) {
        CallRecord record;
        record.call_id = "call-" + std::to_string(first + i);
        result.records.push_back(std::move(record));
    }
    result.no_records = habits.code_at_end && count == 0;
    const bool last = first + count >= habits.records;
    switch (habits.page_field) {
        case Habits::PageField::zero_on_last:
            result.page = last ? 0 : page;
            break;
        case Habits::PageField::echo:
            result.page = page;
            break;
        case Habits::PageField::always_zero:
            result.page = 0;
            break;
        case Habits::PageField::missing:
            break;
    }
    switch (habits.total) {
        case Habits::Total::of_query:
            result.total = habits.records;
            break;
        case Habits::Total::of_page:
            result.total = count;
            break;
        case Habits::Total::missing:
            break;
        case Habits::Total::always_larger:
            result.total = habits.records + 7;
            break;
    }
    return result;
}

struct Outcome {
    Scan::Verdict verdict;
    std::set<std::string> ids;
    int requests = 0;
    int in_flight_most = 0;
};

/// Drives a scan to its end; pages in flight arrive in an order drawn from the seed.
Outcome drive(Scan& scan, const std::function<Page(int)>& api, unsigned seed) {
    std::mt19937 random{seed};
    Outcome outcome{};
    std::vector<int> in_flight;
    for (int steps = 0; steps < 100'000; ++steps) {
        while (const auto page = scan.next_page()) {
            in_flight.push_back(*page);
            ++outcome.requests;
        }
        outcome.in_flight_most =
            std::max(outcome.in_flight_most, static_cast<int>(in_flight.size()));
        if (in_flight.empty() || scan.verdict() != Scan::Verdict::reading) break;
        const auto pick =
            std::uniform_int_distribution<std::size_t>{0, in_flight.size() - 1}(random);
        const int page = in_flight[pick];
        in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(pick));
        if (std::uniform_int_distribution<int>{0, 19}(random) == 0) {
            scan.ask_again(page);
        } else {
            scan.receive(page, api(page));
        }
    }
    outcome.verdict = scan.verdict();
    for (const CallRecord& record : scan.take_records())
        outcome.ids.insert(record.call_id);
    return outcome;
}

TEST(Scan, ReadsEverythingUnderEveryHabitInEveryOrderOfArrival) {
    using PageField = Habits::PageField;
    using Total = Habits::Total;
    unsigned seed = 0;
    for (const int records : {0, 1, 99, 100, 101, 200, 250, 1000}) {
        for (const int cap : {100, 30}) {
            for (const PageField field : {PageField::zero_on_last, PageField::echo,
                                          PageField::always_zero, PageField::missing}) {
                for (const Total total : {Total::of_query, Total::of_page, Total::missing}) {
                    for (const bool code : {false, true}) {
                        const Habits habits{records, cap, field, total, code};
                        Scan scan{{.page_size = 100, .concurrency = 4}};
                        const Outcome outcome = drive(
                            scan, [&](int page) { return answer(habits, 100, page); }, ++seed);
                        EXPECT_EQ(outcome.verdict, Scan::Verdict::complete)
                            << records << " " << cap << " " << static_cast<int>(field) << " "
                            << static_cast<int>(total);
                        EXPECT_EQ(outcome.ids.size(), static_cast<std::size_t>(records));
                    }
                }
            }
        }
    }
}

TEST(Scan, ReadsAQuietWindowWithOneRequestAndALongOneInParallel) {
    Scan quiet{{}};
    EXPECT_EQ(drive(
                  quiet, [](int page) { return answer({.records = 0}, 100, page); }, 3)
                  .requests,
              1);
    Scan busy{{.concurrency = 4}};
    const Habits habits{.records = 2000, .page_field = Habits::PageField::zero_on_last};
    const Outcome outcome = drive(
        busy, [&](int page) { return answer(habits, 100, page); }, 4);
    EXPECT_EQ(outcome.in_flight_most, 4);
    EXPECT_EQ(outcome.verdict, Scan::Verdict::complete);
}

TEST(Scan, DoesNotClaimWhatTheTotalContradicts) {
    Scan scan{{}};
    const Habits habits{.records = 150, .total = Habits::Total::always_larger};
    EXPECT_EQ(drive(
                  scan, [&](int page) { return answer(habits, 100, page); }, 5)
                  .verdict,
              Scan::Verdict::disagrees);
}

TEST(Scan, EndsWithAnErrorWhereThePageIsIgnored) {
    Scan scan{{}};
    const Habits habits{.records = 100};
    const Outcome outcome = drive(
        scan, [&](int) { return answer(habits, 100, 1); }, 6);
    EXPECT_EQ(outcome.verdict, Scan::Verdict::repeating);
    EXPECT_LT(outcome.requests, 10);
}

/// One record a page, without an end.
Page page_of_one(int call) {
    Page page;
    page.records.emplace_back().call_id = std::to_string(call);
    return page;
}

TEST(Scan, GivesUpAnAnswerWithMorePagesThanAnyHonestOneHas) {
    constexpr int pages_most = 1'000'000;
    Scan scan{{.concurrency = 1, .may_split = false}};
    int pages = 0;
    while (scan.verdict() == Scan::Verdict::reading && pages < pages_most) {
        ASSERT_EQ(scan.next_page(), ++pages);
        scan.receive(pages, page_of_one(pages));
        ASSERT_EQ(scan.take_records().size(), 1U);
    }
    EXPECT_EQ(scan.verdict(), Scan::Verdict::endless);
    EXPECT_EQ(scan.pages(), pages);
    EXPECT_THAT(scan.explanation(), testing::HasSubstr("pages in one answer"));
}

TEST(Scan, NoticesInALongAnswerWhatCameLongBefore) {
    constexpr int pages_before = 70'000;
    Scan scan{{.concurrency = 1, .may_split = false}};
    for (int page = 1; page <= pages_before; ++page) {
        ASSERT_EQ(scan.next_page(), page);
        scan.receive(page, page_of_one(page));
    }
    ASSERT_EQ(scan.verdict(), Scan::Verdict::reading);
    ASSERT_TRUE(scan.next_page());
    scan.receive(pages_before + 1, page_of_one(pages_before - 40'000));
    EXPECT_EQ(scan.verdict(), Scan::Verdict::repeating);
}

TEST(Scan, EndsWithThePageThatSaysThereAreNoRecordsThoughItHasSome) {
    Scan scan{{}};
    const Outcome outcome = drive(
        scan,
        [](int page) {
            Page result = answer({.records = 300, .total = Habits::Total::missing}, 100, page);
            result.no_records = page == 2;
            return result;
        },
        12);
    EXPECT_EQ(outcome.verdict, Scan::Verdict::complete);
    EXPECT_TRUE(outcome.ids.contains("call-199"));
}

/// Newest first: `records` of them, and before each page but the first so many more arrive.
std::function<Page(int)> while_calls_arrive(int records, int more, bool with_total) {
    return [=](int page) {
        Page result;
        const int arrived = (page - 1) * more;
        const int first = (page - 1) * 100 - arrived;
        for (int i = first; i < std::min(first + 100, records); ++i) {
            CallRecord record;
            record.call_id = "call-" + std::to_string(i);
            result.records.push_back(std::move(record));
        }
        result.page = page;
        if (with_total) result.total = records + arrived;
        return result;
    };
}

TEST(Scan, NoticesRecordsThatMoveFromPageToPage) {
    Scan scan{{.concurrency = 1}};
    EXPECT_EQ(drive(scan, while_calls_arrive(250, 3, true), 7).verdict, Scan::Verdict::shifted);
}

TEST(Scan, ReadOneByOneMissesNothingWhileCallsArrive) {
    for (const int records : {1, 99, 100, 250, 398, 400, 1'000}) {
        for (const int more : {1, 3, 50, 99}) {
            for (const bool with_total : {true, false}) {
                Scan scan{{.concurrency = 4, .one_by_one = true}};
                const Outcome outcome =
                    drive(scan, while_calls_arrive(records, more, with_total), 7);
                EXPECT_EQ(outcome.verdict, Scan::Verdict::complete) << records << " " << more;
                EXPECT_EQ(outcome.ids.size(), static_cast<std::size_t>(records));
                EXPECT_EQ(outcome.in_flight_most, 1);
            }
        }
    }
}

TEST(Scan, ReadOneByOneStillNoticesWhatIsNotMovedOn) {
    const auto verdict_with = [](const std::function<void(int, Page&)>& spoil) {
        Scan scan{{.one_by_one = true}};
        return drive(
                   scan,
                   [&](int page) {
                       Page result = while_calls_arrive(450, 0, true)(page);
                       spoil(page, result);
                       return result;
                   },
                   7)
            .verdict;
    };
    // In the middle of a page, as where the order is drawn anew for each.
    EXPECT_EQ(verdict_with([](int page, Page& result) {
                  if (page == 3) result.records[40].call_id = "call-17";
              }),
              Scan::Verdict::shifted);
    // Two of the page before, but not its last.
    EXPECT_EQ(verdict_with([](int page, Page& result) {
                  if (page != 2) return;
                  result.records[0].call_id = "call-97";
                  result.records[1].call_id = "call-98";
              }),
              Scan::Verdict::shifted);
    EXPECT_EQ(verdict_with([](int page, Page& result) {
                  if (page > 2) result.total = 449;
                  if (page == 3) result.records.erase(result.records.begin());
              }),
              Scan::Verdict::shifted);
    // A whole page again, as where the page is ignored.
    EXPECT_EQ(verdict_with([](int page, Page& result) {
                  if (page == 3) result.records = while_calls_arrive(450, 0, true)(2).records;
              }),
              Scan::Verdict::repeating);
    // Fewer than there were at the first page.
    EXPECT_EQ(verdict_with([](int page, Page& result) {
                  if (page == 2) result.records.pop_back();
              }),
              Scan::Verdict::disagrees);
}

/// Oldest first, and the three oldest have left the retention when the second page is read.
Page answer_while_records_leave(int page, bool with_total) {
    Page result;
    const int gone = page > 1 ? 3 : 0;
    const int first = (page - 1) * 100 + gone;
    for (int i = first; i < std::min(first + 100, 350); ++i) {
        CallRecord record;
        record.call_id = "call-" + std::to_string(i);
        result.records.push_back(std::move(record));
    }
    result.page = page;
    if (with_total) result.total = 350 - gone;
    return result;
}

TEST(Scan, NoticesRecordsThatGoByTheTotalThatFalls) {
    Scan scan{{.concurrency = 1}};
    const Outcome outcome = drive(
        scan, [](int page) { return answer_while_records_leave(page, true); }, 7);
    EXPECT_EQ(outcome.verdict, Scan::Verdict::shifted);
}

TEST(Scan, SaysThatItCouldNotNoticeItWithoutATotal) {
    Scan scan{{.concurrency = 1}};
    const Outcome outcome = drive(
        scan, [](int page) { return answer_while_records_leave(page, false); }, 7);
    EXPECT_EQ(outcome.verdict, Scan::Verdict::complete);
    EXPECT_TRUE(scan.could_miss_a_shift());
    Scan quiet{{.concurrency = 1}};
    drive(
        quiet,
        [](int page) {
            return answer({.records = 60, .total = Habits::Total::missing}, 100, page);
        },
        8);
    EXPECT_FALSE(quiet.could_miss_a_shift());
}

TEST(Scan, SplitsAWindowWithTooManyRecordsAndPagesThroughOneThatCannotBeSplit) {
    const Habits habits{.records = 1000};
    const auto api = [&](int page) { return answer(habits, 100, page); };
    Scan splittable{{.records_max = 300}};
    EXPECT_EQ(drive(splittable, api, 8).verdict, Scan::Verdict::too_large);
    Scan known{{.records_max = 300, .total_meaning = TotalMeaning::counts_query}};
    const Outcome outcome = drive(known, api, 9);
    EXPECT_EQ(outcome.verdict, Scan::Verdict::too_large);
    EXPECT_LE(outcome.requests, 2);
    Scan second{{.records_max = 300, .may_split = false}};
    EXPECT_EQ(drive(second, api, 10).ids.size(), 1000U);
}

TEST(Scan, LearnsThatATotalCountsThePage) {
    Scan scan{{}};
    const Habits habits{.records = 450, .total = Habits::Total::of_page};
    EXPECT_EQ(drive(
                  scan, [&](int page) { return answer(habits, 100, page); }, 11)
                  .verdict,
              Scan::Verdict::complete);
    EXPECT_EQ(scan.total_meaning(), TotalMeaning::unreliable);
}

TEST(Scan, CountsOnlyCallsAcrossAWindowsBoundsAsEvidence) {
    const auto call = [](int start, int end) {
        CallRecord record;
        record.start = moment_from_unix(start);
        record.end = moment_from_unix(end);
        return record;
    };
    const Window asked{.from = moment_from_unix(1000), .to = moment_from_unix(2000)};
    const FilterEvidence found = evidence_in({call(1500, 1600), call(1500, 2500), call(500, 1500),
                                              call(100, 200), call(500, 3000), call(1600, 1500)},
                                             asked);
    EXPECT_EQ(found.ended_after, 1);
    EXPECT_EQ(found.started_before, 1);
    // A call without its times proves nothing.
    CallRecord without_end = call(1500, 0);
    without_end.end.reset();
    CallRecord without_start = call(0, 1500);
    without_start.start.reset();
    EXPECT_EQ(evidence_in({without_end, without_start}, asked), FilterEvidence{});
}

TEST(ScanTest, known_records_count_and_are_seen_when_they_come_twice) {
    const auto page_of = [](std::vector<int> calls, std::vector<int> known_calls) {
        Page page;
        for (const int call : calls)
            page.records.emplace_back().call_id = std::to_string(call);
        for (const int call : known_calls)
            page.known.push_back(hash_of_call_id(std::to_string(call)));
        page.total = 5;
        return page;
    };
    for (const bool shifted : {false, true}) {
        Scan scan{{.page_size = 3, .concurrency = 1}};
        EXPECT_EQ(scan.next_page(), 1);
        scan.receive(1, page_of({1, 2}, {3}));
        EXPECT_EQ(scan.next_page(), 2);
        scan.receive(2, page_of({}, {shifted ? 2 : 4, 5}));
        EXPECT_EQ(scan.next_page(), 3);
        scan.receive(3, page_of({}, {}));
        EXPECT_EQ(scan.verdict(), shifted ? Scan::Verdict::shifted : Scan::Verdict::complete);
        EXPECT_EQ(scan.rows(), 5);
        EXPECT_EQ(scan.take_known(), 3);
        EXPECT_EQ(scan.take_known(), 0);
    }
}

}  // namespace
}  // namespace callarchive
