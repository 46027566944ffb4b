#include "api/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const RecordQuery query{.start_timestamp = moment_from_unix(1618705638),
                        .end_timestamp = moment_from_unix(1618705738),
                        .page = 2,
                        .page_size = 20};

TEST(request, v1_as_the_vendor_shows_it) {
    const Endpoint endpoint{Dialect::v1, "https://callkit.trtc.tencent-cloud.com", 88888888,
                            "admin"};
    const HttpRequest request = make_request(endpoint, Secret{"eJw*-_"}, query, 99999999);
    EXPECT_EQ(request.url.reveal(),
              "https://callkit.trtc.tencent-cloud.com/v1/records/get_records_by_filter"
              "?sdkappid=88888888&identifier=admin&usersig=eJw*-_&random=99999999"
              "&contenttype=json");
    EXPECT_EQ(request.body, R"({"startTimestamp":1618705638,"endTimestamp":1618705738,)"
                            R"("numberPerPage":20,"page":2})");
}

TEST(request, v4_has_its_own_path_and_names) {
    const Endpoint endpoint{Dialect::v4, "https://console.tim.qq.com/", 1, "a b&c=é"};
    const HttpRequest request = make_request(endpoint, Secret{"s+/="}, query, 4294967295U);
    EXPECT_EQ(request.url.reveal(),
              "https://console.tim.qq.com/v4/call_record_http_srv/get_record_by_filter"
              "?sdkappid=1&identifier=a%20b%26c%3D%C3%A9&usersig=s%2B%2F%3D"
              "&random=4294967295&contenttype=json");
    EXPECT_EQ(request.body,
              R"({"StartTime":1618705638,"EndTime":1618705738,"NumberPerPage":20,"Page":2})");
}

TEST(request, only_what_an_address_may_hold_stands_for_itself) {
    const Endpoint endpoint{Dialect::v1, "https://h", 1, "aZ09-_.~*{}[]@:/\x7f%+"};
    EXPECT_THAT(make_request(endpoint, Secret{"s"}, query, 1).url.reveal(),
                HasSubstr("&identifier=aZ09-_.~*%7B%7D%5B%5D%40%3A%2F%7F%25%2B&usersig=s&"));
}

TEST(request, knows_each_dialects_regions) {
    EXPECT_THAT(regions_of(Dialect::v1), ElementsAre("china", "international"));
    EXPECT_THAT(regions_of(Dialect::v4), ElementsAre("china", "singapore", "seoul", "frankfurt",
                                                     "silicon-valley", "jakarta"));
    for (const Dialect dialect : {Dialect::v1, Dialect::v4}) {
        for (const auto region : regions_of(dialect)) {
            EXPECT_TRUE(endpoint_of(dialect, region).value().starts_with("https://")) << region;
        }
    }
    EXPECT_EQ(endpoint_of(Dialect::v1, "international"),
              "https://callkit-intl.trtc.tencent-cloud.com");
    EXPECT_EQ(endpoint_of(Dialect::v1, "seoul"), std::nullopt);
}

}  // namespace
}  // namespace callarchive
