#include "asker.h"

#include <gtest/gtest.h>

namespace callarchive::simulator {
namespace {

using Json = nlohmann::json;

TEST(Service, AnswersInTheV1Spelling) {
    Asker asker{small_world()};
    const Json answer = asker.ask_json({{"startTimestamp", 0}, {"numberPerPage", 3}});
    EXPECT_EQ(answer["errorCode"], 0);
    EXPECT_EQ(answer["requestId"].get<std::string>().size(), 32U);
    EXPECT_EQ(answer["data"]["totalNum"], asker.truth().size());
    EXPECT_EQ(answer["data"]["page"], 1);
    ASSERT_EQ(answer["data"]["callRecordList"].size(), 3U);
    for (const Json& record : answer["data"]["callRecordList"]) {
        EXPECT_EQ(record["sdkAppId"], demo_app_id);
        EXPECT_TRUE(record["mediaType"] == "video" || record["mediaType"] == "audio");
        EXPECT_TRUE(record["callType"] == "single" || record["callType"] == "group");
        EXPECT_EQ(record["callId"].get<std::string>().size(), 36U);
        EXPECT_TRUE(record["roomId"].is_string());
        EXPECT_TRUE(record["totalUserNumber"].is_number_integer());
        EXPECT_EQ(record["callees"].back(), record["caller"]);
    }
}

TEST(Service, AnswersInTheV4SpellingWithTenToAPage) {
    ServiceOptions options = small_world();
    options.traffic.v4_share = 0.5;
    Asker asker{options};
    const Json answer = asker.ask_json({{"StartTime", 0}}, v4_path);
    EXPECT_EQ(answer["ErrorCode"], 0);
    EXPECT_EQ(answer["ActionStatus"], "OK");
    ASSERT_EQ(answer["Response"]["CallRecordList"].size(), 10U);
    for (const Json& record : answer["Response"]["CallRecordList"]) {
        EXPECT_FALSE(record.contains("sdkAppId"));
        EXPECT_TRUE(record["CallType"] == "SingleCall" || record["CallType"] == "MultiCall");
        EXPECT_TRUE(record["RoomIdType"] == 1 || record["RoomIdType"] == 2);
        EXPECT_TRUE(record["CalleeList_Account"].is_array());
    }
    const Json v1 = asker.ask_json({{"startTimestamp", 0}});
    EXPECT_EQ(v1["data"]["callRecordList"].size(), 100U);
    const int total = v1["data"]["totalNum"].get<int>() + answer["Response"]["TotalNum"].get<int>();
    EXPECT_NEAR(total, 500, 30);
}

TEST(Service, SaysWhatIsWrongWithARequest) {
    Asker asker{small_world()};
    const auto code_of = [&](const Request& request) {
        const Json answer = Json::parse(asker.service.handle(request, asker.now).body);
        return answer.value("errorCode", answer.value("ErrorCode", -1));
    };
    const Request good = asker.request({{"startTimestamp", 0}});
    EXPECT_EQ(code_of(good), 0);
    const auto with_body = [&](const char* body, const char* path = v1_path) {
        Request request = good;
        request.path = path;
        request.body = body;
        return request;
    };
    EXPECT_EQ(code_of(with_body("")), 70009);
    EXPECT_EQ(code_of(with_body("[]")), 70009);
    EXPECT_EQ(code_of(with_body("{}")), 70001);
    EXPECT_EQ(code_of(with_body(R"({"startTimestamp":"0"})")), 70001);
    EXPECT_EQ(code_of(with_body(R"({"startTimestamp":0,"page":0})")), 70001);
    EXPECT_EQ(code_of(with_body(R"({"startTimestamp":0,"callResult":"no"})")), 70001);
    EXPECT_EQ(code_of(with_body(R"({"startTimestamp":0,"page":9223372036854775807})")), 70011);
    EXPECT_EQ(code_of(with_body(R"({"startTimestamp":9223372036854775807})")), 70011);
    EXPECT_EQ(code_of(with_body("", v4_path)), 60003);
    EXPECT_EQ(code_of(with_body(R"({"StartTime":0,"EndTime":1})", v4_path)), 101050);
    const auto with_query = [&](std::string_view old, std::string_view now) {
        Request request = good;
        request.query.replace(request.query.find(old), old.size(), now);
        return request;
    };
    EXPECT_EQ(code_of(with_query("contenttype=json", "contenttype=xml")), 70001);
    EXPECT_EQ(code_of(with_query("random=4294967295", "random=4294967296")), 70001);
    EXPECT_EQ(code_of(with_query("sdkappid=1400000000", "sdkappid=1")), 70002);
    EXPECT_EQ(code_of(with_query("identifier=administrator", "identifier=bob")), 70002);
    Request elsewhere = good;
    elsewhere.path = "/v2/records";
    EXPECT_EQ(asker.service.handle(elsewhere, asker.now).status, 404);
}

TEST(Service, KnowsAdministratorsPackagesAndExpiry) {
    ServiceOptions options = small_world();
    options.administrators = {"boss"};
    Asker not_admin{options};
    EXPECT_EQ(not_admin.ask_json({{"startTimestamp", 0}})["errorCode"], 70004);
    EXPECT_EQ(not_admin.ask_json({{"StartTime", 0}}, v4_path)["ErrorCode"], 60010);
    options = small_world();
    options.apps[0].has_package = false;
    Asker no_package{options};
    EXPECT_EQ(no_package.ask_json({{"startTimestamp", 0}})["errorCode"], 50001);
    EXPECT_EQ(no_package.ask_json({{"StartTime", 0}}, v4_path)["ErrorCode"], 60020);
    Asker late{small_world()};
    const Request request = late.request({{"startTimestamp", 0}});
    EXPECT_EQ(Json::parse(late.service.handle(request, late.now).body)["errorCode"], 0);
    // The second time it comes from the memory of valid signatures, which must expire too.
    const Instant later = late.now + Seconds{3601};
    EXPECT_EQ(Json::parse(late.service.handle(request, later).body)["errorCode"], 70003);
}

TEST(Service, AllowsSoManyRequestsInAnySecond) {
    ServiceOptions options = small_world();
    options.rate_limit = 20;
    Asker asker{options};
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(asker.ask_json({{"startTimestamp", 0}})["errorCode"], 0);
        asker.now += Milliseconds{49};
    }
    EXPECT_EQ(asker.ask_json({{"startTimestamp", 0}})["errorCode"], 70005);
    EXPECT_EQ(asker.ask_json({{"StartTime", 0}}, v4_path)["ErrorCode"], 60007);
    asker.now += Milliseconds{20};
    EXPECT_EQ(asker.ask_json({{"startTimestamp", 0}})["errorCode"], 0);
    EXPECT_EQ(asker.service.stats().at(demo_app_id).peak_per_second, 22U);
}

TEST(Service, TellsItsOwnTime) {
    ServiceOptions options = small_world();
    options.clock_skew = Seconds{-3600};
    Asker asker{options};
    const Response response = asker.ask({{"startTimestamp", 0}});
    EXPECT_EQ(response.headers.at(0),
              (std::pair<std::string, std::string>{"Date", "Tue, 14 Nov 2023 21:13:20 GMT"}));
}

TEST(Service, IsDeterministic) {
    ServiceOptions options = small_world();
    options.faults = {*parse_fault("field-null=0.1"), *parse_fault("http-500=0.2"),
                      *parse_fault("invalid-json=0.2")};
    Asker one{options};
    Asker two{options};
    for (int i = 0; i < 50; ++i) {
        const Json body{{"startTimestamp", 0}, {"page", 1 + i % 4}};
        const Response a = one.ask(body);
        const Response b = two.ask(body);
        EXPECT_EQ(a.body, b.body);
        EXPECT_EQ(a.status, b.status);
        one.now += Seconds{7};
        two.now += Seconds{7};
    }
}

}  // namespace
}  // namespace callarchive::simulator
