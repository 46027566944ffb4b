#include "net/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(failure, a_detail_that_may_hold_an_address_is_left_out) {
    const char* const harmless = "Failed to connect to 127.0.0.1 port 1 after 0 ms";
    EXPECT_THAT(failure_of(CURLE_COULDNT_CONNECT, "host:1", harmless).message,
                HasSubstr(std::string{" ("} + harmless + ")"));
    for (const char* detail :
         {"no answer to /v1/path?sign=canary", "user:canary@proxy refused",
          "canary: http://host/v1/path is no address", "usersig canary is not understood"}) {
        const std::string message = failure_of(CURLE_COULDNT_CONNECT, "host:1", detail).message;
        EXPECT_THAT(message, HasSubstr("request to host:1: "));
        EXPECT_THAT(message, Not(HasSubstr("canary")));
    }
}

TEST(failure, an_address_without_a_host_is_said_to_be_unreadable) {
    for (const char* url : {"", "canary", "http://", "http://a b/canary", "http://host:99999/"}) {
        EXPECT_EQ(host_of(parsed(Secret{url})), "") << url;
    }
    EXPECT_EQ(host_of(parsed(Secret{"https://host/v1/path?usersig=canary"})), "host:443");
    EXPECT_THAT(failure_of(CURLE_URL_MALFORMAT, "", "").message,
                HasSubstr("request to an unreadable address: "));
}

}  // namespace
}  // namespace callarchive
