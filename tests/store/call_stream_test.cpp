#include "store/archive.h"
#include "store/call_row.h"
#include "store/random_calls.h"
#include "store/reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

namespace callarchive {
namespace {

template <typename T>
std::string word(const std::optional<T>& value) {
    return value ? fmt::format("{}", *value) : "NULL";
}

/// As rows_of() joins a row of the view `calls`.
std::string line_of(const CallRow& c) {
    return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
                       c.app, c.sdk_app_id, c.call_id, word(c.media_type), word(c.call_type),
                       word(c.call_result), word(c.room_id), word(c.caller), c.callees,
                       word(c.start_ts), word(c.accept_ts), word(c.end_ts), word(c.started_at),
                       word(c.accepted_at), word(c.ended_at), c.answered ? 1 : 0,
                       word(c.ring_seconds), word(c.talk_seconds), c.first_seen_at, c.changed_at,
                       c.revision, word(c.room_id_type), word(c.total_user_number), word(c.extra));
}

struct CallStreamTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo sources[3] = {enroll(archive, {.name = "a", .sdk_app_id = 1}),
                           enroll(archive, {.name = "b", .sdk_app_id = 2}),
                           enroll(archive, {.name = "c", .sdk_app_id = 1, .dialect = Dialect::v4})};
    RandomCalls random{21};

    void fill() {
        for (int round = 0; round < 40; ++round) {
            std::vector<CallRecord> records;
            for (int i = 0; i < 40; ++i) {
                records.push_back(random.next(700));
                if (i % 7 == 0) records.back().extra = R"({"more":"\u0001\"x"})";
            }
            keep(archive, sources[random.up_to(2)], records, noon + Seconds{round * 500});
        }
        CallRecord odd = call_record("odd", moment_from_unix(-5));
        odd.end = moment_from_unix(std::numeric_limits<std::int64_t>::max());
        odd.caller = std::string(100'000, 'u');
        keep(archive, sources[0], {odd}, noon);
        flush(archive);
    }
    /// With pages that end now and then, as a full buffer ends them.
    std::vector<std::string> streamed(const CallFilter& filter,
                                      std::optional<Moment> seen_since = {}) {
        std::vector<std::string> lines;
        std::vector<std::optional<std::int64_t>> starts;
        auto reader = Reader::open(path).value();
        const auto done = reader.stream(filter, seen_since,
                                        {.take =
                                             [&](const CallRow& call) {
                                                 starts.push_back(call.start_ts);
                                                 lines.push_back(line_of(call));
                                                 return random.up_to(9) != 0;
                                             },
                                         .between_pages = [] { return true; }});
        EXPECT_TRUE(done.ok());
        EXPECT_TRUE(std::is_sorted(starts.begin(), starts.end()));
        std::sort(lines.begin(), lines.end());
        return lines;
    }
    std::vector<std::string> seen_in_view(const std::string& where) {
        auto lines = rows_of(path, "SELECT * FROM calls WHERE " + where, 24);
        std::sort(lines.begin(), lines.end());
        return lines;
    }
};

TEST_F(CallStreamTest, gives_what_the_view_shows) {
    fill();
    const std::int64_t middle = unix_seconds(noon) - 400'000;
    const std::string in_call =
        "EXISTS (SELECT 1 FROM call_users AS u WHERE u.sdk_app_id = calls.sdk_app_id AND "
        "u.call_id = calls.call_id AND u.user_id = 'user3'";
    const Moment since = moment_from_unix(middle);
    const Moment until = since + Seconds{200'000};
    const std::string period =
        fmt::format("start_ts >= {} AND start_ts < {}", middle, middle + 200'000);
    const std::pair<CallFilter, std::string> cases[] = {
        {{}, "1"},
        {{.app = "b"}, "app = 'b'"},
        {{.result = "odd"}, "call_result = 'odd'"},
        {{.type = "single"}, "call_type = 'single'"},
        {{.media = "audio", .min_talk = Seconds{30}},
         "media_type = 'audio' AND talk_seconds >= 30"},
        {{.max_talk = Seconds{30}}, "talk_seconds <= 30"},
        {{.since = since, .until = until}, period},
        {{.user = "user3"}, in_call + ")"},
        {{.caller = "user3", .since = since, .until = until}, "caller = 'user3' AND " + period},
        {{.caller = "user3", .callee = "user3"},
         "caller = 'user3' AND " + in_call + " AND role = 'callee')"},
        {{.user = "nobody"}, "0"},
    };
    for (const auto& [filter, where] : cases) {
        EXPECT_EQ(streamed(filter), seen_in_view(where)) << where;
    }
    EXPECT_GT(streamed({}).size(), 500U);
}

TEST_F(CallStreamTest, since_seen_gives_what_is_new_and_what_changed) {
    fill();
    for (const int seconds : {-1, 0, 1, 250, 9'999, 10'000, 19'000, 19'500, 19'501, 100'000}) {
        const Moment since = noon + Seconds{seconds};
        EXPECT_EQ(streamed({}, since),
                  seen_in_view(fmt::format("unixepoch(first_seen_at) >= {0} OR "
                                           "unixepoch(changed_at) >= {0}",
                                           unix_seconds(since))))
            << seconds;
    }
    EXPECT_EQ(streamed({.user = "user1"}, noon + Seconds{5000}).size(),
              seen_in_view(fmt::format("unixepoch(changed_at) >= {} AND call_id IN (SELECT call_id "
                                       "FROM call_users AS u WHERE user_id = 'user1' AND "
                                       "u.sdk_app_id = calls.sdk_app_id)",
                                       unix_seconds(noon + Seconds{5000})))
                  .size());
}

TEST_F(CallStreamTest, ends_when_told_and_lets_the_writer_write) {
    fill();
    auto reader = Reader::open(path).value();
    int taken = 0, pages = 0;
    const auto done =
        reader.stream({}, {},
                      {.take = [&](const CallRow&) { return ++taken % 10 != 0; },
                       .between_pages =
                           [&] {
                               keep(archive, sources[0],
                                    {call_record("new" + std::to_string(pages), noon - 2 * week)});
                               flush(archive);
                               return ++pages < 5;
                           }});
    EXPECT_TRUE(done.ok());
    EXPECT_EQ(taken, 50);
}

}  // namespace
}  // namespace callarchive
