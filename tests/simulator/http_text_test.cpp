#include "simulator/http_text.h"

#include "simulator/example_config.h"

#include <gtest/gtest.h>

namespace callarchive::simulator {
namespace {

TEST(HttpText, ReadsTheHeadOfARequest) {
    const auto http = parse_head(
        "POST /v1/x?a=1&b=2 HTTP/1.1\r\nHost: h\r\ncontent-LENGTH:  12 \r\n"
        "Accept-Encoding: deflate, gzip\r\nExpect: 100-continue");
    ASSERT_TRUE(http.has_value());
    EXPECT_EQ(http->request.method, "POST");
    EXPECT_EQ(http->request.path, "/v1/x");
    EXPECT_EQ(http->request.query, "a=1&b=2");
    EXPECT_EQ(http->content_length, 12U);
    EXPECT_TRUE(http->keep_alive && http->accepts_gzip && http->expects_continue);
    EXPECT_FALSE(http->chunked);
    EXPECT_FALSE(parse_head("GET / HTTP/1.1\r\nConnection: close")->keep_alive);
    EXPECT_FALSE(parse_head("GET / HTTP/1.0")->keep_alive);
}

TEST(HttpText, RefusesWhatIsNoHttp) {
    for (const char* head :
         {"", "GET", "GET /", "GET / HTTP/2", "GET / HTTP/1.1\r\nno colon",
          "GET / HTTP/1.1\r\nContent-Length: -1", "GET / HTTP/1.1\r\nTransfer-Encoding: gzip"}) {
        EXPECT_FALSE(parse_head(head).has_value()) << head;
    }
}

TEST(HttpText, WritesTheHeadOfAnAnswer) {
    Response response;
    response.headers = {{"Date", "now"}};
    response.body = "12345";
    EXPECT_EQ(write_head(response, true, false),
              "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\n"
              "Connection: keep-alive\r\n\r\n");
    response.status = 204;
    EXPECT_EQ(write_head(response, false, false),
              "HTTP/1.1 204 No Content\r\nDate: now\r\nConnection: close\r\n\r\n");
}

TEST(ExampleConfig, NamesEachApplicationAndDialectThatHasCalls) {
    ServiceOptions options;
    EXPECT_EQ(example_config(options, "http://127.0.0.1:1", "").find("v4"), std::string::npos);
    options.traffic.both_share = 1;
    options.traffic.retention = Seconds{60};
    const std::string config = example_config(options, "https://127.0.0.1:1", "/tmp/ca.pem");
    for (const char* part : {"api: v1", "api: v4", "sdk_app_id: 1400000000", "retention: 1m",
                             "ca_file: \"/tmp/ca.pem\"", "endpoint: \"https://127.0.0.1:1\""}) {
        EXPECT_NE(config.find(part), std::string::npos) << part;
    }
}

}  // namespace
}  // namespace callarchive::simulator
