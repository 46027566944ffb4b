#include "servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

const SystemClock clock_of_tests;

/// Exchanges a request that must fail; its message must give nothing of the address away.
HttpFailure failure_of(Http& http, HttpRequest request) {
    const HttpCompletion completion = exchange(http, std::move(request));
    const auto* const failure = std::get_if<HttpFailure>(&completion.outcome);
    if (failure == nullptr) {
        ADD_FAILURE() << "it succeeded";
        return {HttpFailureKind::broken, ""};
    }
    EXPECT_THAT(failure->message, Not(HasSubstr(std::string{canary})));
    EXPECT_THAT(failure->message, Not(HasSubstr("/v1/path")));
    return *failure;
}

HttpFailure failure_of(HttpRequest request) {
    CurlHttp http{clock_of_tests, {}};
    return failure_of(http, std::move(request));
}

std::string gzipped(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(compressBound(text.size()) + 64, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string answer_of(const std::string& body, const std::string& headers = "") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
           "\r\n" + body;
}

// A folded line goes on where the line before it ended, and here there is none: libcurl before 8.1
// would go on in the last answer's memory, which is freed (seen under the preset asan).
TEST(curl_http_failure, a_folded_first_line_touches_nothing_of_the_answer_before) {
    CurlHttp http{clock_of_tests, {}};
    for (const char* first_line : {"Server: one", " folded", " folded", "\tfolded"}) {
        const RawServer server{std::string{"HTTP/1.1 200 OK\r\n"} + first_line +
                               "\r\nContent-Length: 2\r\n\r\n{}"};
        const HttpCompletion completion = exchange(http, request_to(server.port()));
        // Taken or refused, as the version of libcurl will have it.
        const auto* const answer = std::get_if<HttpAnswer>(&completion.outcome);
        if (answer != nullptr) {
            EXPECT_EQ(answer->body, "{}");
        } else {
            EXPECT_FALSE(std::get<HttpFailure>(completion.outcome).message.empty());
        }
    }
}

TEST(curl_http_failure, a_refused_connection_names_the_host) {
    const int port = closed_port();
    const HttpFailure failure = failure_of(request_to(port));
    EXPECT_EQ(failure.kind, HttpFailureKind::connect);
    EXPECT_THAT(failure.message, HasSubstr("127.0.0.1:" + std::to_string(port)));
}

TEST(curl_http_failure, an_unknown_host) {
    HttpRequest request = request_to(1);
    request.url = Secret{"http://nowhere.invalid/v1/path?usersig=" + std::string{canary}};
    const HttpFailure failure = failure_of(std::move(request));
    EXPECT_EQ(failure.kind, HttpFailureKind::name_resolution);
    EXPECT_THAT(failure.message, HasSubstr("nowhere.invalid"));
}

TEST(curl_http_failure, silence_ends_with_the_timeout) {
    const RawServer silent{""};
    const Monotonic begin = clock_of_tests.monotonic();
    const HttpFailure failure = failure_of(request_to(silent.port(), Milliseconds{100}));
    EXPECT_EQ(failure.kind, HttpFailureKind::timeout);
    EXPECT_LT(clock_of_tests.monotonic() - begin, Seconds{5});
}

TEST(curl_http_failure, a_body_cut_off_is_no_body) {
    const RawServer server{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"errorCode\":0"};
    EXPECT_EQ(failure_of(request_to(server.port())).kind, HttpFailureKind::broken);
    const RawServer chunked{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"err\r\n"};
    EXPECT_EQ(failure_of(request_to(chunked.port())).kind, HttpFailureKind::broken);
    const RawServer garbage{"this is no HTTP\r\n\r\n"};
    EXPECT_EQ(failure_of(request_to(garbage.port())).kind, HttpFailureKind::broken);
}

TEST(curl_http_failure, the_size_has_a_limit_that_may_be_reached) {
    const RawServer exact{answer_of(std::string(1000, 'x'))};
    CurlHttp http{clock_of_tests, {}};
    const HttpCompletion completion = exchange(http, request_to(exact.port(), Seconds{5}, 1000));
    ASSERT_TRUE(std::holds_alternative<HttpAnswer>(completion.outcome));
    EXPECT_EQ(std::get<HttpAnswer>(completion.outcome).body.size(), 1000U);
    const RawServer above{answer_of(std::string(1001, 'x'))};
    const HttpFailure failure = failure_of(http, request_to(above.port(), Seconds{5}, 1000));
    EXPECT_EQ(failure.kind, HttpFailureKind::too_large);
    EXPECT_THAT(failure.message, HasSubstr("1000 bytes"));
}

TEST(curl_http_failure, gzip_is_read_and_a_bomb_is_not) {
    CurlHttp http{clock_of_tests, {}};
    const RawServer small{answer_of(gzipped("{}"), "Content-Encoding: gzip\r\n")};
    const HttpCompletion completion = exchange(http, request_to(small.port()));
    ASSERT_TRUE(std::holds_alternative<HttpAnswer>(completion.outcome));
    EXPECT_EQ(std::get<HttpAnswer>(completion.outcome).body, "{}");
    const RawServer bomb{
        answer_of(gzipped(std::string(50 << 20, '\0')), "Content-Encoding: gzip\r\n")};
    EXPECT_EQ(failure_of(http, request_to(bomb.port())).kind, HttpFailureKind::too_large);
}

TEST(curl_http_failure, headers_have_a_limit) {
    std::string headers;
    for (int i = 0; i < 100; ++i)
        headers += "X-Filler: " + std::string(1000, 'x') + "\r\n";
    const RawServer server{answer_of("{}", headers)};
    EXPECT_EQ(failure_of(request_to(server.port())).kind, HttpFailureKind::too_large);
}

TEST(curl_http_failure, other_protocols_are_none) {
    for (const char* url :
         {"ftp://127.0.0.1/v1/path?canaryCanaryCANARY", "file:///v1/path?canaryCanaryCANARY",
          "canaryCanaryCANARY", "", "http://"}) {
        const HttpFailure failure = failure_of(
            {.url = Secret{url}, .body = "{}", .timeout = Seconds{1}, .answer_bytes_max = 10});
        EXPECT_EQ(failure.kind, HttpFailureKind::broken) << url;
    }
}

TEST(curl_http_failure, a_setting_that_libcurl_refuses_fails_the_request) {
    // More than libcurl takes for any text (CURL_MAX_INPUT_LENGTH, 8 MB).
    CurlHttp http{clock_of_tests,
                  {.ca_file = {}, .proxy = {}, .user_agent = std::string(9'000'000, 'x')}};
    const RawServer server{answer_of("{}")};
    const HttpFailure failure = failure_of(http, request_to(server.port()));
    EXPECT_EQ(failure.kind, HttpFailureKind::broken);
    EXPECT_THAT(failure.message, HasSubstr("127.0.0.1:" + std::to_string(server.port())));
    EXPECT_THAT(failure.message, HasSubstr("bad argument"));
}

TEST(curl_http_failure, a_proxys_password_is_a_secret_too) {
    CurlHttp http{clock_of_tests,
                  {.ca_file = {},
                   .proxy = "http://user:proxySECRET@127.0.0.1:" + std::to_string(closed_port())}};
    const HttpFailure failure = failure_of(http, request_to(9));
    EXPECT_EQ(failure.kind, HttpFailureKind::connect);
    EXPECT_THAT(failure.message, Not(HasSubstr("proxySECRET")));
}

}  // namespace
}  // namespace callarchive
