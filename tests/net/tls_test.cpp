#include "servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

#include <memory>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

const SystemClock clock_of_tests;

struct Identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;
};

/// A certificate that vouches for itself, for the names given (X509v3 subjectAltName).
Identity make_identity(const char* names) {
    Identity made{{EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(certificate, made.key.get(), EVP_sha256());
    return made;
}

/// The certificate as a file of certificates to trust.
class CaFile {
  public:
    explicit CaFile(const Identity& identity) {
        const FileDescriptor fd{::mkstemp(name_.data())};
        write(identity);
    }
    CaFile(const CaFile&) = delete;
    CaFile& operator=(const CaFile&) = delete;
    ~CaFile() { ::unlink(name_.c_str()); }
    [[nodiscard]] const std::string& name() const { return name_; }
    void write(const Identity& identity) const {
        const std::unique_ptr<FILE, int (*)(FILE*)> file{::fopen(name_.c_str(), "w"), ::fclose};
        PEM_write_X509(file.get(), identity.certificate.get());
    }

  private:
    std::string name_ = "/tmp/callarchive_test_XXXXXX";
};

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
