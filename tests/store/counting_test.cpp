#include "store/archive.h"
#include "store/random_calls.h"
#include "store/reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace callarchive {
namespace {

/// Hours or days of a zone that is `offset` away from UTC.
Calendar stretches_of(Seconds length, Seconds offset) {
    return [=](Moment moment) {
        const Seconds past = (moment.time_since_epoch() + offset) % length;
        const Moment from = moment - (past < Seconds{0} ? past + length : past);
        return Window{from, from + length};
    };
}

/// Every group as text, sorted.
std::vector<std::string> in_words(const std::vector<Group>& groups) {
    std::vector<std::string> lines;
    for (const Group& g : groups) {
        lines.push_back(fmt::format("{}|{}|{}|{}|{}|{}",
                                    g.span ? std::to_string(unix_seconds(g.span->from)) : "NULL",
                                    g.name.value_or("NULL"), g.sums.calls, g.sums.answered,
                                    g.sums.talk_seconds, g.sums.longest_seconds));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

struct CountingTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo sources[3] = {enroll(archive, {.name = "a", .sdk_app_id = 1}),
                           enroll(archive, {.name = "b", .sdk_app_id = 2}),
                           enroll(archive, {.name = "c", .sdk_app_id = 1, .dialect = Dialect::v4})};
    RandomCalls random{31};

    CallFilter random_filter() {
        CallFilter filter;
        const auto sometimes = [&] { return random.up_to(3) == 0; };
        if (sometimes()) filter.app = random.up_to(1) == 0 ? "a" : "c";
        if (sometimes()) filter.result = random.up_to(1) == 0 ? "odd" : "normal_end";
        if (sometimes()) filter.type = "single";
        if (sometimes()) filter.media = "audio";
        if (random.up_to(1) == 0) filter.since = noon - Seconds{random.up_to(900'000)};
        if (random.up_to(1) == 0) filter.until = noon - Seconds{random.up_to(900'000) - 30'000};
        // On the border of an hour, where no call is at an end of the period.
        if (filter.since && sometimes())
            filter.since = std::chrono::floor<std::chrono::hours>(*filter.since);
        return filter;
    }
    void put_some() {
        std::vector<CallRecord> records;
        for (int i = random.up_to(60); i >= 0; --i)
            records.push_back(random.next(500));
        keep(archive, sources[random.up_to(2)], records, noon + Seconds{random.up_to(30'000)});
        flush(archive);
    }
};

TEST_F(CountingTest, hourly_sums_and_calls_say_the_same) {
    for (int round = 0; round < 60; ++round) {
        put_some();
        auto reader = Reader::open(path).value();
        for (const auto& [by, calendar] :
             {std::pair{GroupBy::nothing, Calendar{}},
              {GroupBy::time, stretches_of(day, Seconds{0})},
              {GroupBy::time, stretches_of(day, Seconds{5 * 3600 + 1800})},
              {GroupBy::time, stretches_of(hour, Seconds{0})},
              {GroupBy::time, stretches_of(hour, Seconds{-2700})},
              {GroupBy::result, Calendar{}},
              {GroupBy::type, Calendar{}},
              {GroupBy::media, Calendar{}}}) {
            const CallFilter filter = random_filter();
            const auto quick = reader.count(filter, by, calendar);
            const auto slow = reader.count(filter, by, calendar, CountFrom::calls);
            ASSERT_TRUE(quick.ok()) << quick.error().message;
            ASSERT_TRUE(slow.ok()) << slow.error().message;
            ASSERT_EQ(in_words(*quick), in_words(*slow))
                << "round " << round << ", by " << static_cast<int>(by);
        }
    }
}

TEST_F(CountingTest, is_what_sql_counts) {
    for (int round = 0; round < 20; ++round)
        put_some();
    auto reader = Reader::open(path).value();
    const auto expect = [&](const CallFilter& filter, GroupBy by, const Calendar& calendar,
                            const std::string& group, const std::string& from) {
        auto expected = rows_of(path,
                                fmt::format("SELECT {}, count(*), sum(answered), "
                                            "coalesce(sum(talk_seconds), 0), "
                                            "max(0, coalesce(max(talk_seconds), 0)) FROM {} "
                                            "GROUP BY 1, 2",
                                            group, from),
                                6);
        std::sort(expected.begin(), expected.end());
        EXPECT_EQ(in_words(reader.count(filter, by, calendar).value()), expected) << from;
    };
    expect({}, GroupBy::nothing, {}, "NULL, NULL", "calls");
    expect({}, GroupBy::result, {}, "NULL, call_result", "calls");
    expect({.app = "b"}, GroupBy::type, {}, "NULL, call_type", "calls WHERE app = 'b'");
    expect({}, GroupBy::time, stretches_of(day, {}), "start_ts / 86400 * 86400, NULL", "calls");
    expect({.room = "1001", .min_talk = Seconds{30}}, GroupBy::media, {}, "NULL, media_type",
           "calls WHERE room_id = '1001' AND talk_seconds >= 30");
    expect({.user = "user2", .until = noon - day}, GroupBy::nothing, {}, "NULL, NULL",
           fmt::format("calls WHERE start_ts < {} AND EXISTS (SELECT 1 FROM call_users AS u WHERE "
                       "u.sdk_app_id = calls.sdk_app_id AND u.call_id = calls.call_id AND "
                       "u.user_id = 'user2')",
                       unix_seconds(noon - day)));
    for (const auto& [filter, where] :
         {std::pair{CallFilter{.app = "b"}, std::string{"calls.app = 'b'"}},
          {CallFilter{.app = "b", .since = noon - 3 * day, .until = noon - hour},
           fmt::format("calls.app = 'b' AND calls.start_ts >= {} AND calls.start_ts < {}",
                       unix_seconds(noon - 3 * day), unix_seconds(noon - hour))}}) {
        expect(filter, GroupBy::user, {}, "NULL, user_id",
               "(SELECT DISTINCT user_id, calls.* FROM calls JOIN call_users AS u USING "
               "(sdk_app_id, call_id) WHERE " +
                   where + ")");
    }
}

TEST_F(CountingTest, of_nothing_there_is_no_group) {
    auto reader = Reader::open(path).value();
    for (const GroupBy by : {GroupBy::nothing, GroupBy::result, GroupBy::user})
        EXPECT_TRUE(reader.count({}, by, {})->empty());
}

}  // namespace
}  // namespace callarchive
