#include "asker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace callarchive::simulator {
namespace {

using Json = nlohmann::json;

std::vector<int> page_fields(PageField field) {
    ServiceOptions options = small_world(250);
    options.personality.page_field = field;
    options.personality.end = EndSignal::empty;
    Asker asker{options};
    std::vector<int> fields;
    for (int page = 1; page <= 4; ++page) {
        const Json answer = asker.ask_json({{"startTimestamp", 0}, {"page", page}});
        EXPECT_EQ(answer["errorCode"], 0);
        fields.push_back(answer["data"]["page"]);
    }
    return fields;
}

TEST(Paging, SaysWhetherThereIsMoreInEachWay) {
    EXPECT_EQ(page_fields(PageField::zero_at_last), (std::vector<int>{1, 2, 0, 0}));
    EXPECT_EQ(page_fields(PageField::echo), (std::vector<int>{1, 2, 3, 4}));
    EXPECT_EQ(page_fields(PageField::zero), (std::vector<int>{0, 0, 0, 0}));
    EXPECT_EQ(page_fields(PageField::next), (std::vector<int>{2, 3, 0, 0}));
}

TEST(Paging, TheEndIsACodeOrAnEmptyList) {
    Asker code{small_world(50)};
    EXPECT_EQ(code.ask_json({{"startTimestamp", 0}, {"page", 2}})["errorCode"], 70011);
    ServiceOptions options = small_world(50);
    options.personality.end = EndSignal::empty;
    Asker empty{options};
    const Json answer = empty.ask_json({{"startTimestamp", 0}, {"page", 2}});
    EXPECT_EQ(answer["errorCode"], 0);
    EXPECT_EQ(answer["data"]["callRecordList"], Json::array());
}

TEST(Paging, TotalsOfEachKind) {
    ServiceOptions options = small_world(250);
    const auto data = [&](Total total) {
        options.personality.total = total;
        Asker asker{options};
        return asker.ask_json({{"startTimestamp", 0}, {"numberPerPage", 7}})["data"];
    };
    EXPECT_NEAR(data(Total::query)["totalNum"].get<int>(), 250, 20);
    EXPECT_EQ(data(Total::page)["totalNum"], 7);
    EXPECT_FALSE(data(Total::missing).contains("totalNum"));
    EXPECT_TRUE(data(Total::wrong)["totalNum"].is_number());
}

TEST(Paging, APageSizeCeilingIsSilent) {
    ServiceOptions options = small_world();
    options.personality.page_size_max = 30;
    Asker asker{options};
    const Json answer = asker.ask_json({{"startTimestamp", 0}, {"numberPerPage", 1000}});
    EXPECT_EQ(answer["data"]["callRecordList"].size(), 30U);
    EXPECT_EQ(asker.read_all({{"startTimestamp", 0}}).size(), asker.truth().size());
}

TEST(Paging, EachOrderHasTheSameCalls) {
    std::set<std::string> reference;
    for (const Order order : {Order::ascending, Order::descending, Order::shuffled}) {
        ServiceOptions options = small_world();
        options.personality.order = order;
        Asker asker{options};
        const auto records = asker.read_all({{"startTimestamp", 0}});
        const auto got = ids(records);
        const std::set<std::string> distinct{got.begin(), got.end()};
        EXPECT_EQ(distinct.size(), got.size());
        if (reference.empty()) reference = distinct;
        EXPECT_EQ(distinct, reference);
        EXPECT_EQ(got, ids(asker.read_all({{"startTimestamp", 0}})));
        std::vector<std::int64_t> starts;
        for (const Json& record : records)
            starts.push_back(record["startCallTs"]);
        EXPECT_EQ(std::is_sorted(starts.begin(), starts.end()), order == Order::ascending);
        EXPECT_EQ(std::is_sorted(starts.rbegin(), starts.rend()), order == Order::descending);
    }
    ServiceOptions options = small_world();
    options.personality.order = Order::unstable;
    Asker asker{options};
    EXPECT_NE(ids(asker.read_all({{"startTimestamp", 0}})),
              ids(asker.read_all({{"startTimestamp", 0}})));
}

TEST(Paging, IgnoringThePageGivesTheFirstForEver) {
    ServiceOptions options = small_world();
    options.personality.ignore_page = true;
    Asker asker{options};
    const Json first = asker.ask_json({{"startTimestamp", 0}, {"page", 1}});
    const Json ninth = asker.ask_json({{"startTimestamp", 0}, {"page", 99}});
    EXPECT_EQ(first["data"]["callRecordList"], ninth["data"]["callRecordList"]);
}

// Between two pages of a busy window, descending, new calls push the others back.
TEST(Paging, DriftShiftsPagesAndItsAbsenceDoesNot) {
    for (const bool drift : {false, true}) {
        ServiceOptions options = small_world(100'000);
        options.personality.drift = drift;
        options.personality.order = Order::descending;
        Asker asker{options};
        const Json query{{"startTimestamp", 0}, {"numberPerPage", 100}};
        Json second = query;
        second["page"] = 2;
        const Json one = asker.ask_json(query);
        asker.now += Seconds{25};
        const Json two = asker.ask_json(second);
        const auto& last = one["data"]["callRecordList"].back()["callId"];
        const auto rows = ids(two["data"]["callRecordList"].get<std::vector<Json>>());
        EXPECT_EQ(std::count(rows.begin(), rows.end(), last) == 1, drift);
    }
}

}  // namespace
}  // namespace callarchive::simulator
