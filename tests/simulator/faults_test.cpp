#include "asker.h"

#include <gtest/gtest.h>

#include <set>

namespace callarchive::simulator {
namespace {

using Json = nlohmann::json;

ServiceOptions with_fault(const std::string& text) {
    ServiceOptions options = small_world();
    options.traffic.both_share = 1;
    options.faults = {*parse_fault(text)};
    return options;
}

/// The first page under a fault, 20 records of it.
Response spoiled(const std::string& text) {
    Asker asker{with_fault(text)};
    return asker.ask({{"startTimestamp", 0}, {"numberPerPage", 20}});
}
Json spoiled_json(const std::string& text) {
    return Json::parse(spoiled(text).body);
}
Json spoiled_record(const std::string& text) {
    return spoiled_json(text)["data"]["callRecordList"].at(0);
}

TEST(Faults, EachChangesTheAnswerInBothDialectsAndIsNamed) {
    std::set<std::string_view> names;
    for (const FaultInfo& fault : fault_table()) {
        SCOPED_TRACE(std::string{fault.name});
        EXPECT_TRUE(names.insert(fault.name).second);
        for (const char* path : {v1_path, v4_path}) {
            if (fault.name == "app-other" && path == v4_path) continue;  // v4 has no such field
            Asker good{with_fault("slow=0")};
            Asker bad{with_fault(std::string{fault.name})};
            // A window with an end, so that calls lie outside of it.
            const std::int64_t from = unix_seconds(moment_of(test_now)) - 3 * 86'400;
            const bool v1 = path == v1_path;
            const Json body{{v1 ? "startTimestamp" : "StartTime", from},
                            {v1 ? "numberPerPage" : "NumberPerPage", 20},
                            {v1 ? "page" : "Page", 2}};
            const Response expected = good.ask(body, path);
            const Response got = bad.ask(body, path);
            EXPECT_FALSE(got.faults.empty());
            EXPECT_EQ(got.faults.front(), fault.name);
            EXPECT_TRUE(got.body != expected.body || got.status != expected.status ||
                        got.transport != expected.transport || got.headers != expected.headers ||
                        got.delay != expected.delay);
            EXPECT_LT(got.body.size(), std::size_t{80} << 20U);
        }
    }
    EXPECT_GE(names.size(), 60U);
}

TEST(Faults, SomeDoWhatTheySay) {
    EXPECT_EQ(spoiled("reset").transport, Transport::reset);
    EXPECT_EQ(spoiled("stall").transport, Transport::stall);
    EXPECT_EQ(spoiled("http-503").status, 503);
    EXPECT_TRUE(spoiled("html").body.starts_with("<html>"));
    EXPECT_TRUE(spoiled("empty-body").body.empty());
    EXPECT_FALSE(Json::accept(spoiled("invalid-json").body));
    EXPECT_FALSE(Json::accept(spoiled("invalid-utf8").body));
    EXPECT_FALSE(Json::accept(spoiled("two-documents").body));
    EXPECT_FALSE(Json::accept(spoiled("cut-json").body));
    EXPECT_EQ(spoiled("bom").body.substr(0, 4), "\xef\xbb\xbf{");
    EXPECT_EQ(spoiled_json("code-throttled")["errorCode"], 70005);
    EXPECT_EQ(spoiled_json("code-expired")["errorCode"], 70003);
    EXPECT_EQ(spoiled_json("code-text")["errorCode"], "0");
    const Json both = spoiled_json("code-with-rows");
    EXPECT_EQ(both["errorCode"], 70011);
    EXPECT_EQ(both["data"]["callRecordList"].size(), 20U);
    EXPECT_FALSE(spoiled_json("total-missing")["data"].contains("totalNum"));
    EXPECT_FALSE(spoiled_json("data-missing").contains("data"));
    EXPECT_EQ(spoiled_json("rows-duplicate")["data"]["callRecordList"].size(), 23U);
    EXPECT_EQ(spoiled_json("rows-over")["data"]["callRecordList"].size(), 23U);
    EXPECT_FALSE(spoiled_record("callid-missing").contains("callId"));
    EXPECT_TRUE(spoiled_record("callid-null")["callId"].is_null());
    EXPECT_EQ(spoiled_record("callid-empty")["callId"], "");
    EXPECT_FALSE(spoiled_record("record-not-object").is_object());
    EXPECT_TRUE(spoiled_record("field-null,field=endTs")["endTs"].is_null());
    EXPECT_TRUE(spoiled_record("number-text,field=endTs")["endTs"].is_string());
    EXPECT_TRUE(spoiled_record("field-renamed,field=caller").contains("Caller"));
    EXPECT_EQ(spoiled_record("callees-many")["callees"].size(), 10'000U);
    EXPECT_TRUE(spoiled_record("field-unknown").contains("networkQuality"));
}

TEST(Faults, RowsOutsideAreRealCallsFromElsewhere) {
    Asker asker{with_fault("rows-outside")};
    const auto truth = asker.truth();
    const std::int64_t from = unix_seconds(moment_of(test_now)) - 2 * 86'400;
    const Json answer = asker.ask_json({{"startTimestamp", from}});
    std::size_t outside = 0;
    for (const Json& row : answer["data"]["callRecordList"]) {
        EXPECT_TRUE(truth.contains(row["callId"].get<std::string>()));
        if (row["startCallTs"].get<std::int64_t>() < from) ++outside;
    }
    EXPECT_EQ(outside, 3U);
}

TEST(Faults, HappenWhenTheirConditionsHold) {
    Asker asker{with_fault("http-500,from=10s,to=20s,every=60s")};
    std::set<int> failed;
    for (int second = 0; second < 120; ++second) {
        if (asker.ask({{"startTimestamp", 0}}).status == 500) failed.insert(second);
        asker.now += Seconds{1};
    }
    EXPECT_EQ(failed.size(), 20U);
    EXPECT_TRUE(failed.contains(10) && failed.contains(79));

    Asker last{with_fault("http-500,page=last,times=2")};
    const Json first_page{{"startTimestamp", 0}, {"numberPerPage", 400}};
    Json second_page = first_page;
    second_page["page"] = 2;
    EXPECT_EQ(last.ask(first_page).status, 200);
    EXPECT_EQ(last.ask(second_page).status, 500);
    EXPECT_EQ(last.ask(second_page).status, 500);
    EXPECT_EQ(last.ask(second_page).status, 200);
}

TEST(Faults, StickyOnesStrikeTheSameRecords) {
    Asker asker{with_fault("callees-missing=0.3,sticky=true")};
    const auto struck = [&] {
        std::set<std::string> result;
        for (const Json& record : asker.read_all({{"startTimestamp", 0}})) {
            if (!record.contains("callees")) result.insert(record["callId"].get<std::string>());
        }
        return result;
    };
    const auto once = struck();
    EXPECT_NEAR(static_cast<double>(once.size()), 150, 50);
    EXPECT_EQ(once, struck());
}

TEST(Faults, WrongWordsAreRefused) {
    for (const char* text : {"", "unheard-of", "stall=2", "stall=x", "stall,when=now",
                             "stall,page=9", "stall,times=", "stall,from=soon"}) {
        EXPECT_FALSE(parse_fault(text).ok()) << text;
    }
    Personality personality;
    EXPECT_FALSE(set_trait(personality, "filter", "sometimes").ok());
    EXPECT_FALSE(set_trait(personality, "humour", "dry").ok());
    EXPECT_FALSE(parse_personality({"filter"}, 1, Seconds{60}).ok());
    EXPECT_TRUE(parse_personality({"filter=end,order=desc", "random"}, 1, Seconds{60}).ok());
}

}  // namespace
}  // namespace callarchive::simulator
