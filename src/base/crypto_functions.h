#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace callarchive {

/// What is used of OpenSSL's libcrypto.
struct CryptoFunctions {
    decltype(&::HMAC) hmac;
    decltype(&::EVP_sha256) sha256;
    decltype(&::EVP_EncodeBlock) encode_base64;
    decltype(&::EVP_DecodeBlock) decode_base64;
};

/// libcrypto, loaded by the first call: what most commands never need takes the loader as long as
/// they take to answer. Throws std::runtime_error where it cannot be loaded.
[[nodiscard]] const CryptoFunctions& crypto();

}  // namespace callarchive
