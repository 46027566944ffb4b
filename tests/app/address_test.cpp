#include "app/config/address.h"

#include "app/config_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> problems_of_endpoint(const std::string& endpoint) {
    return problems_of(one_app + "    endpoint: \"" + endpoint + "\"\n");
}

TEST(Address, TakesHostsWithAndWithoutPort) {
    const auto plain = parse_host_port("host.example");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->host, "host.example");
    EXPECT_FALSE(plain->port);
    EXPECT_EQ(parse_host_port("host.example:0")->port, 0);
    EXPECT_EQ(parse_host_port("My_Host-0.EXAMPLE:9")->host, "My_Host-0.EXAMPLE");
    EXPECT_EQ(parse_host_port("[::1]:65535")->host, "::1");
    EXPECT_EQ(parse_host_port("[::1]:65535")->port, 65'535);
}

TEST(Address, RefusesWhatIsNone) {
    for (const char* text :
         {"",           ":80",       "host:",     "host:abc", "host:65536", "host:-1",   "host:+1",
          "ho st",      "host/path", "user@host", "[::1",     "[::1]80",    "[host]:80", "::1:80",
          "host:80:90", "host\n",    "a{b",       "a[b",      "a@b",        "a`b"}) {
        EXPECT_FALSE(parse_host_port(text)) << text;
    }
}

TEST(Address, KnowsThisMachineFromNamesThatLookLikeIt) {
    for (const char* host : {"localhost", "127.0.0.1", "127.255.0.9", "::1"}) {
        EXPECT_TRUE(is_loopback(host)) << host;
    }
    for (const char* host : {"127.example.com", "127.0.0.1.example.com", "localhost.example.com",
                             "128.0.0.1", "0.0.0.0", "::2", "127", ""}) {
        EXPECT_FALSE(is_loopback(host)) << host;
    }
}

TEST(Address, PlainHttpLeavesThisMachineInNoDisguise) {
    EXPECT_THAT(problems_of_endpoint("http://127.0.0.1:18080"), IsEmpty());
    EXPECT_THAT(problems_of_endpoint("http://[::1]:18080/"), IsEmpty());
    EXPECT_THAT(problems_of_endpoint("https://host.example"), IsEmpty());
    for (const char* endpoint : {"http://127.example.com", "http://127.0.0.1.example.com:80",
                                 "http://localhost.example.com", "http://host"}) {
        EXPECT_THAT(problems_of_endpoint(endpoint), ElementsAre(HasSubstr("without TLS")))
            << endpoint;
    }
}

TEST(Address, EndpointsWithMoreOrLessThanAHostAreRefused) {
    for (const char* endpoint : {"https://", "https://:443", "https://host:abc", "https://host:0",
                                 "https://user@host", "https://host/v1?x", "host", "ftp://host"}) {
        EXPECT_THAT(problems_of_endpoint(endpoint),
                    ElementsAre(HasSubstr("c.yaml:4:15: apps[0].endpoint: found '")))
            << endpoint;
    }
}

TEST(Address, ListenIsAHostWithAPortOrNothing) {
    for (const char* good : {"127.0.0.1:9177", "[::1]:9177", "localhost:0", ""}) {
        EXPECT_THAT(problems_of(one_app + "http: {listen: \"" + good + "\"}\n"), IsEmpty()) << good;
    }
    for (const char* bad : {"9177", "127.0.0.1", "127.0.0.1:http", ":9177", "::1:9177"}) {
        EXPECT_THAT(problems_of(one_app + "http: {listen: \"" + bad + "\"}\n"),
                    ElementsAre(HasSubstr("http.listen: found '")))
            << bad;
    }
}

TEST(Address, HttpAddresses) {
    for (const char* good : {"https://hc.example/ping/1?x=y#z", "http://localhost:8000/a",
                             "https://user:word@host/x", "https://[::1]:80", "https://h"}) {
        EXPECT_TRUE(is_http_address(good)) << good;
    }
    for (const char* bad :
         {"", "https://", "https:///x", "ftp://host/", "host/x", "https://a b/", "https://h/a\nb",
          "https://h:x/", "https://h/\xc3\xa4", "https://h/\x7f"}) {
        EXPECT_FALSE(is_http_address(bad)) << bad;
    }
}

}  // namespace
}  // namespace callarchive
