#include "base/crypto_functions.h"

#include "base/shared_library.h"

namespace callarchive {
namespace {

// Of Debian's libssl3; its number changes with the ABI only.
constexpr const char* library_name = "libcrypto.so.3";

CryptoFunctions found() {
    const SharedLibrary library{library_name};
    CryptoFunctions all{};
    library.find(all.hmac, "HMAC");
    library.find(all.sha256, "EVP_sha256");
    library.find(all.encode_base64, "EVP_EncodeBlock");
    library.find(all.decode_base64, "EVP_DecodeBlock");
    return all;
}

}  // namespace

const CryptoFunctions& crypto() {
    static const CryptoFunctions& functions = sealed(found());
    return functions;
}

}  // namespace callarchive
