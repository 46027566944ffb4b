#include "certificates.h"
#include "servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

const SystemClock clock_of_tests;

HttpCompletion exchange_with(const Identity& identity, CurlHttp& http) {
    const Running<httplib::SSLServer> server{
        [](const httplib::Request&, httplib::Response& response) {
            response.set_content("{}", "application/json");
            response.set_header("Connection", "close");  // whoever keeps it delays the server's end
        },
        identity.certificate.get(), identity.key.get()};
    HttpRequest request = request_to(0);
    request.url = url_of(server.port(), "https");
    return exchange(http, std::move(request));
}

HttpCompletion exchange_with(const Identity& identity, const std::string& ca_file) {
    CurlHttp http{clock_of_tests, {.ca_file = ca_file, .proxy = {}}};
    return exchange_with(identity, http);
}

void expect_tls_failure(const HttpCompletion& completion) {
    const auto* const failure = std::get_if<HttpFailure>(&completion.outcome);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->kind, HttpFailureKind::tls) << failure->message;
    EXPECT_THAT(failure->message, HasSubstr("127.0.0.1"));
    EXPECT_THAT(failure->message, Not(HasSubstr(std::string{canary})));
}

TEST(tls, a_trusted_certificate_is_accepted) {
    const Identity identity = make_identity("IP:127.0.0.1");
    const CaFile ca_file{identity};
    const HttpCompletion completion = exchange_with(identity, ca_file.name());
    const auto* const answer = std::get_if<HttpAnswer>(&completion.outcome);
    ASSERT_NE(answer, nullptr) << std::get<HttpFailure>(completion.outcome).message;
    EXPECT_EQ(answer->body, "{}");
}

TEST(tls, a_file_of_certificates_that_was_renewed_counts_at_the_next_connection) {
    const Identity old = make_identity("IP:127.0.0.1");
    const CaFile ca_file{old};
    CurlHttp http{clock_of_tests, {.ca_file = ca_file.name(), .proxy = {}}};
    EXPECT_TRUE(std::holds_alternative<HttpAnswer>(exchange_with(old, http).outcome));
    const Identity renewed = make_identity("IP:127.0.0.1");
    expect_tls_failure(exchange_with(renewed, http));
    ca_file.write(renewed);
    EXPECT_TRUE(std::holds_alternative<HttpAnswer>(exchange_with(renewed, http).outcome));
    expect_tls_failure(exchange_with(old, http));
}

TEST(tls, an_unknown_certificate_is_refused) {
    expect_tls_failure(exchange_with(make_identity("IP:127.0.0.1"), ""));
}

TEST(tls, a_certificate_for_another_host_is_refused) {
    const Identity identity = make_identity("DNS:elsewhere.test");
    const CaFile ca_file{identity};
    expect_tls_failure(exchange_with(identity, ca_file.name()));
}

TEST(tls, a_missing_file_of_certificates_is_told) {
    const HttpCompletion completion = exchange_with(make_identity("IP:127.0.0.1"), "/missing.pem");
    expect_tls_failure(completion);
    EXPECT_THAT(std::get<HttpFailure>(completion.outcome).message, HasSubstr("/missing.pem"));
}

}  // namespace
}  // namespace callarchive
