#include "simulator/certificate.h"

#include <errno.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace callarchive::simulator {
namespace {

constexpr long valid_seconds = 10L * 365 * 86'400;

struct Free {
    void operator()(X509* value) const { X509_free(value); }
    void operator()(EVP_PKEY* value) const { EVP_PKEY_free(value); }
    void operator()(X509_EXTENSION* value) const { X509_EXTENSION_free(value); }
    void operator()(BIO* value) const { BIO_free(value); }
};

bool extend(X509* certificate, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Free> extension{
        X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::unique_ptr<X509, Free> self_signed(EVP_PKEY* key) {
    std::unique_ptr<X509, Free> certificate{X509_new()};
    X509* x = certificate.get();
    // A serial number of its own, or a client that saw an earlier run refuses it.
    std::uint32_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial);
    // As long ago as a real service's, so that a client whose clock is days behind believes it.
    X509_gmtime_adj(X509_getm_notBefore(x), -30L * 86'400);
    X509_gmtime_adj(X509_getm_notAfter(x), valid_seconds);
    X509_set_pubkey(x, key);
    X509_NAME* name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("callkit-sim"), -1, -1, 0);
    X509_set_issuer_name(x, name);
    const bool done = extend(x, NID_basic_constraints, "critical,CA:TRUE") &&
                      extend(x, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
                      extend(x, NID_ext_key_usage, "serverAuth") &&
                      extend(x, NID_subject_key_identifier, "hash") &&
                      extend(x, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
                      X509_sign(x, key, EVP_sha256()) != 0;
    if (!done) certificate.reset();
    return certificate;
}

}  // namespace

Result<Certificate> make_certificate() {
    const Error failure{ErrorKind::temporary, "OpenSSL could not make a certificate"};
    const std::unique_ptr<EVP_PKEY, Free> key{EVP_EC_gen("P-256")};
    if (!key) return failure;
    const auto x509 = self_signed(key.get());
    if (!x509) return failure;
    Certificate certificate;
    certificate.context.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* context = certificate.context.get();
    if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate(context, x509.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
        return failure;
    }
    // A retried write may come from another buffer with the same content.
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_ENABLE_PARTIAL_WRITE);
    const std::unique_ptr<BIO, Free> memory{BIO_new(BIO_s_mem())};
    if (!memory || PEM_write_bio_X509(memory.get(), x509.get()) != 1) return failure;
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    certificate.pem.assign(text, static_cast<std::size_t>(size));
    return certificate;
}

Result<Done> write_atomically(const std::string& path, const std::string& content) {
    const std::string unfinished = fmt::format("{}.{}.tmp", path, getpid());
    {
        std::ofstream file{unfinished, std::ios::binary | std::ios::trunc};
        file << content;
        file.flush();
        if (!file) {
            return Error{ErrorKind::storage,
                         fmt::format("cannot write {}: {}", unfinished, strerror(errno))};
        }
    }
    if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
        return Error{ErrorKind::storage,
                     fmt::format("cannot rename {} to {}: {}", unfinished, path, strerror(errno))};
    }
    return Done{};
}

}  // namespace callarchive::simulator
