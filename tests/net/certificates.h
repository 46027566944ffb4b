#pragma once

#include "sys/file_descriptor.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace callarchive {

struct Identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;
};

/// A certificate that vouches for itself, for the names given (X509v3 subjectAltName).
inline Identity make_identity(const char* names) {
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

}  // namespace callarchive
