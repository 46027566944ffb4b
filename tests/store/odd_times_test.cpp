#include "store/archive.h"
#include "store/reader.h"
#include "store/support.h"
#include "store/verify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <limits>

namespace callarchive {
namespace {

using testing::IsEmpty;

/// Whatever a record may say a moment was: nothing, the ends of the type, beyond what sums can
/// bear.
std::vector<std::optional<Moment>> odd_moments() {
    constexpr std::int64_t far = std::int64_t{1} << 60;
    std::vector<std::optional<Moment>> moments{std::nullopt, noon, noon + Seconds{70}};
    for (const std::int64_t seconds :
         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
          -far - 1, far + 1, std::int64_t{-1}}) {
        moments.push_back(moment_from_unix(seconds));
    }
    return moments;
}

struct OddTimesTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    SourceNo source = enroll(archive, {.name = "production", .sdk_app_id = 1400000001});

    /// Each of these moments as start, as answer and as end, shifted from call to call.
    void put_every_triple(std::size_t shift) {
        const auto moments = odd_moments();
        const std::size_t count = moments.size();
        std::vector<CallRecord> records;
        for (std::size_t i = 0; i < count * count * count; ++i) {
            CallRecord record = call_record(fmt::format("call-{}", i), noon);
            record.start = moments[(i + shift) % count];
            record.accept = moments[(i / count + shift) % count];
            record.end = moments[(i / count / count + shift) % count];
            records.push_back(std::move(record));
        }
        keep(archive, source, records);
        flush(archive);
    }

    std::vector<std::string> what_verify_finds() {
        const auto verified = verify_archive(path, [](std::string_view, double) { return true; });
        if (!verified.ok()) return {verified.error().message};
        std::vector<std::string> found;
        for (const Check& check : verified->checks)
            found.insert(found.end(), check.findings.begin(), check.findings.end());
        return found;
    }
};

TEST_F(OddTimesTest, programs_and_plain_sql_are_told_the_same) {
    put_every_triple(0);
    std::vector<std::string> told;
    const auto number = [](const std::optional<std::int64_t>& value) {
        return value ? std::to_string(*value) : "NULL";
    };
    auto reader = Reader::open(path);
    ASSERT_TRUE(reader
                    ->calls({}, CallOrder::oldest_first, 0,
                            [&](const StoredCall& call) {
                                told.push_back(fmt::format(
                                    "{}|{}|{}|{}|{}", call.call_id, call.answered ? 1 : 0,
                                    number(call.ring_seconds), number(call.talk_seconds),
                                    call.started_at.value_or("NULL")));
                                return true;
                            })
                    .ok());
    EXPECT_THAT(told, testing::UnorderedElementsAreArray(rows_of(
                          path,
                          "SELECT call_id, answered, ring_seconds, talk_seconds, started_at "
                          "FROM calls",
                          5)));
}

TEST_F(OddTimesTest, sums_stay_those_of_the_calls_whatever_they_change_to) {
    for (std::size_t shift = 0; shift < odd_moments().size(); ++shift) {
        put_every_triple(shift);
        EXPECT_THAT(what_verify_finds(), IsEmpty()) << shift;
        auto reader = Reader::open(path);
        const Calendar days = [](Moment moment) {
            const Moment from = std::chrono::floor<std::chrono::days>(moment);
            return Window{from, from + day};
        };
        for (const GroupBy by : {GroupBy::nothing, GroupBy::time, GroupBy::result}) {
            const auto by_hours = reader->count({}, by, days);
            const auto by_calls = reader->count({}, by, days, CountFrom::calls);
            ASSERT_TRUE(by_hours.ok() && by_calls.ok());
            EXPECT_EQ(*by_hours, *by_calls) << shift;
        }
    }
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM calls"), "512");
}

}  // namespace
}  // namespace callarchive
