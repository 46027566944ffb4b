#include "net/addresses.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace callarchive {
namespace {

struct Case {
    std::string url;
    std::string target;  ///< empty: it is told whole
};

TEST(addresses, path_and_query_are_told_apart_where_they_are_sent_as_they_are) {
    Addresses addresses{false};
    for (const Case& each : {
             Case{"http://host/v1/path?usersig=a*b-c_d.e~f%2B", "/v1/path?usersig=a*b-c_d.e~f%2B"},
             Case{"https://host:8443/v1/path?q", "/v1/path?q"},
             Case{"https://[::1]:8443/path", "/path"},
             Case{"https://host/p?a=/../b&c=?", "/p?a=/../b&c=?"},
             Case{"https://host/p?", "/p?"},
             // libcurl makes something of these.
             Case{"https://host", ""},
             Case{"https://host?q", ""},
             Case{"https://host/a/../p?q", ""},
             Case{"https://host/a/%2e%2e/p?q", ""},
             Case{"https://host/p?q#fragment", ""},
             Case{"https://host/p?q#/x", ""},
             Case{"https://host#/p?q", ""},
             Case{"https://host/p?q=\xC3\xA9", ""},
             Case{"HTTPS://host/p?q", ""},
         }) {
        const ToldAddress told = addresses.told(Secret{each.url});
        EXPECT_EQ(told.target.reveal(), each.target) << each.url;
        EXPECT_NE(told.front->url, nullptr) << each.url;
        EXPECT_EQ(told.front->host.empty(), false) << each.url;
    }
}

TEST(addresses, what_a_proxy_may_have_to_be_told_is_told_whole) {
    Addresses addresses{true};
    EXPECT_TRUE(addresses.told(Secret{"http://host/path?q"}).target.empty());
    // Through a tunnel.
    EXPECT_EQ(addresses.told(Secret{"https://host/path?q"}).target.reveal(), "/path?q");
}

TEST(addresses, a_front_is_read_once_for_all_that_have_it) {
    Addresses addresses{false};
    const auto front = addresses.told(Secret{"https://host/a?1"}).front;
    EXPECT_EQ(front->host, "host:443");
    EXPECT_EQ(addresses.told(Secret{"https://host/b?2"}).front, front);
    EXPECT_NE(addresses.told(Secret{"https://host:444/a?1"}).front, front);
    EXPECT_NE(addresses.told(Secret{"http://host/a?1"}).front, front);
    // However many there are, it is right.
    for (int i = 1; i < 1'000; ++i) {
        const std::string host = "host:" + std::to_string(i);
        EXPECT_EQ(addresses.told(Secret{"https://" + host + "/a"}).front->host, host);
    }
    EXPECT_EQ(front->host, "host:443");
}

TEST(addresses, what_is_none_has_no_host) {
    Addresses addresses{false};
    for (const char* url : {"", "canary", "http://", "http:///path", "https://a b/canary",
                            "https://host:99999/", "https://\n/path"}) {
        EXPECT_EQ(addresses.told(Secret{url}).front->host, "") << url;
    }
}

TEST(addresses, the_environment_names_a_proxy_in_the_variables_that_libcurl_looks_at) {
    const auto clear = [] {
        for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY", "https_proxy"})
            ::unsetenv(name);
    };
    clear();
    EXPECT_FALSE(environment_names_proxy());
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
        ::setenv(name, "", 1);
        EXPECT_FALSE(environment_names_proxy()) << name;
        ::setenv(name, "127.0.0.1:9", 1);
        EXPECT_TRUE(environment_names_proxy()) << name;
        clear();
    }
    ::setenv("https_proxy", "127.0.0.1:9", 1);
    EXPECT_FALSE(environment_names_proxy());
    clear();
}

}  // namespace
}  // namespace callarchive
