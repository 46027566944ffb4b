// Newest first, a person's calls are found by walking back through the weeks; oldest first by
// another way. Both must say the same.
#include "store/archive.h"
#include "store/reader.h"
#include "store/support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace callarchive {
namespace {

struct UserWalkTest : ArchiveOfDice {
    UserWalkTest() : ArchiveOfDice(20) {}

    std::string anybody() { return "user_" + std::to_string(upto(4)); }

    /// Few users, few different starts over five weeks, some at the very borders, some missing.
    void fill(SourceNo source, int calls, const std::string& prefix) {
        std::vector<CallRecord> records;
        for (int i = 0; i < calls; ++i) {
            CallRecord record = call_record(prefix + std::to_string(i), noon);
            const Moment week = std::chrono::floor<std::chrono::days>(noon - day * 7 * upto(4));
            record.start = upto(1) == 0 ? week : week - Seconds{upto(3)};
            if (upto(19) == 0) record.start.reset();
            record.caller = anybody();
            record.callees = {{anybody(), anybody()}};
            record.call_result = upto(1) == 0 ? "reject" : "normal_end";
            records.push_back(std::move(record));
        }
        keep(archive, source, records);
        flush(archive);
    }

    using Found = std::pair<std::string, std::optional<std::int64_t>>;  ///< id and start
    static bool has_start(const Found& call) { return call.second.has_value(); }

    std::vector<Found> found(const CallFilter& filter, CallOrder order, std::int64_t limit) {
        std::vector<Found> all;
        auto reader = Reader::open(path);
        EXPECT_TRUE(reader
                        ->calls(filter, order, limit,
                                [&](const StoredCall& call) {
                                    all.emplace_back(call.call_id, call.start_ts);
                                    return true;
                                })
                        .ok());
        return all;
    }

    CallFilter drawn() {
        CallFilter filter;
        const std::int64_t role = upto(2);
        (role == 0 ? filter.user : role == 1 ? filter.caller : filter.callee) = anybody();
        if (upto(3) == 0) filter.callee = anybody();
        if (upto(2) == 0) filter.result = "reject";
        if (upto(2) == 0) filter.since = noon - Seconds{upto(40 * 86'400)};
        if (upto(2) == 0) filter.until = noon - day * 7 * upto(3) + Seconds{upto(2)};
        return filter;
    }
};

TEST_F(UserWalkTest, both_orders_say_the_same) {
    fill(enroll(archive, {.name = "production", .sdk_app_id = 1400000001}), 400, "a");
    for (int i = 0; i < 200; ++i) {
        const CallFilter filter = drawn();
        // Calls without a start are the oldest, among themselves in one order in both.
        auto expected = found(filter, CallOrder::oldest_first, 0);
        const auto with_start = std::find_if(expected.begin(), expected.end(), has_start);
        std::rotate(expected.begin(), with_start, expected.end());
        std::reverse(expected.begin(),
                     std::find_if_not(expected.begin(), expected.end(), has_start));
        EXPECT_EQ(found(filter, CallOrder::newest_first, 0), expected) << i;
        const std::int64_t some = 1 + upto(20);
        if (std::ssize(expected) > some) expected.resize(static_cast<std::size_t>(some));
        EXPECT_EQ(found(filter, CallOrder::newest_first, some), expected) << i;
    }
}

TEST_F(UserWalkTest, an_id_that_several_applications_know_finds_the_calls_of_all) {
    fill(enroll(archive, {.name = "one", .sdk_app_id = 1400000001}), 60, "a");
    const auto of_one = found({.user = "user_1"}, CallOrder::newest_first, 0).size();
    fill(enroll(archive, {.name = "two", .sdk_app_id = 1400000002}), 60, "b");
    EXPECT_GT(found({.user = "user_1"}, CallOrder::newest_first, 0).size(), of_one);
    EXPECT_EQ(found({.app = "one", .user = "user_1"}, CallOrder::newest_first, 0).size(), of_one);
    EXPECT_TRUE(found({.user = "nobody"}, CallOrder::newest_first, 0).empty());
}

}  // namespace
}  // namespace callarchive
