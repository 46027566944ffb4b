#include "api/user_sig.h"

#include "api/json_text.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

// Far more than any UserSig unpacks to; a bomb ends here.
constexpr uLongf claim_bytes_max = 64UL * 1024;
// 34 000 years: sums of two stay far from overflow.
constexpr std::int64_t seconds_most = std::int64_t{1} << 40;

/// Scratch bytes that are overwritten at their end: from each step on the way a UserSig can be
/// made.
class Scratch {
  public:
    explicit Scratch(std::size_t size) : bytes_(size) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

    unsigned char* data() { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  private:
    std::vector<unsigned char> bytes_;
};

Error bad_user_sig(std::string_view how) {
    return {ErrorKind::invalid_input, fmt::format("the UserSig cannot be read: {}", how)};
}

Error library_failed(std::string_view step) {
    return {ErrorKind::configuration, fmt::format("signing the UserSig failed at {}", step)};
}

std::string base64_of(const unsigned char* bytes, std::size_t size) {
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes,
                                       static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

// The vendor's alphabet (its UserSig libraries): what an address would need encoded is replaced.
void make_url_safe(std::string& text) {
    std::replace(text.begin(), text.end(), '+', '*');
    std::replace(text.begin(), text.end(), '/', '-');
    std::replace(text.begin(), text.end(), '=', '_');
}

void make_standard(std::string& text) {
    std::replace(text.begin(), text.end(), '*', '+');
    std::replace(text.begin(), text.end(), '-', '/');
    std::replace(text.begin(), text.end(), '_', '=');
}

Result<std::string> signature_of(const UserSigClaim& claim, const Secret& key) {
    const std::string text = fmt::format(
        "TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n", claim.identifier,
        claim.sdk_app_id, unix_seconds(claim.signed_at), claim.validity.count());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const std::string& bytes = key.reveal();
    if (HMAC(EVP_sha256(), bytes.data(), static_cast<int>(bytes.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) == nullptr) {
        return library_failed("HMAC-SHA256");
    }
    return base64_of(digest.data(), size);
}

Secret json_of(const UserSigClaim& claim, const std::string& signature) {
    std::string json;
    json.reserve(6 * claim.identifier.size() + signature.size() + 256);
    json += R"({"TLS.ver":"2.0","TLS.identifier":)";
    append_json_string(json, claim.identifier);
    json += fmt::format(R"(,"TLS.sdkappid":{},"TLS.expire":{},"TLS.time":{},"TLS.sig":)",
                        claim.sdk_app_id, claim.validity.count(), unix_seconds(claim.signed_at));
    append_json_string(json, signature);
    json += '}';
    return Secret{std::move(json)};
}

Result<Secret> unpacked(const Secret& user_sig) {
    std::string text = user_sig.reveal();
    if (text.empty()) return bad_user_sig("it is empty");
    if (text.size() > claim_bytes_max) return bad_user_sig("it is far too long");
    if (text.size() % 4 != 0) return bad_user_sig("its length is no multiple of 4");
    make_standard(text);
    Scratch packed(text.size() / 4 * 3 + 1);
    const int length =
        EVP_DecodeBlock(packed.data(), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size()));
    OPENSSL_cleanse(text.data(), text.size());
    if (length < 0) return bad_user_sig("it holds characters that do not belong there");
    Scratch claim(claim_bytes_max);
    uLongf size = claim_bytes_max;
    // The decoder counts the padding's bytes too; zlib stops at its own end and ignores them.
    if (uncompress(claim.data(), &size, packed.data(), static_cast<uLong>(length)) != Z_OK) {
        return bad_user_sig("its content does not unpack");
    }
    return Secret{std::string{reinterpret_cast<const char*>(claim.data()), size}};
}

}  // namespace

Result<Secret> make_user_sig(const UserSigClaim& claim, const Secret& key) {
    auto signature = signature_of(claim, key);
    if (!signature) return std::move(signature).error();
    const Secret json = json_of(claim, *signature);
    std::string& used_up = *signature;
    OPENSSL_cleanse(used_up.data(), used_up.size());
    const std::string& text = json.reveal();
    Scratch packed(compressBound(text.size()));
    auto size = static_cast<uLongf>(packed.size());
    if (compress(packed.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()) !=
        Z_OK) {
        return library_failed("compression");
    }
    std::string encoded = base64_of(packed.data(), size);
    make_url_safe(encoded);
    Secret user_sig{encoded};
    OPENSSL_cleanse(encoded.data(), encoded.size());
    return user_sig;
}

Result<UserSigClaim> read_user_sig(const Secret& user_sig) {
    const auto json = unpacked(user_sig);
    if (!json) return json.error();
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(json->reveal()).get(object) != simdjson::SUCCESS) {
        return bad_user_sig("its content is no JSON object");
    }
    std::string_view identifier;
    std::int64_t sdk_app_id = 0;
    std::int64_t time = 0;
    std::int64_t expire = 0;
    if (object["TLS.identifier"].get(identifier) != simdjson::SUCCESS ||
        object["TLS.sdkappid"].get(sdk_app_id) != simdjson::SUCCESS ||
        object["TLS.time"].get(time) != simdjson::SUCCESS ||
        object["TLS.expire"].get(expire) != simdjson::SUCCESS) {
        return bad_user_sig("it lacks the identifier, the application, its time or its validity");
    }
    if (time < 0 || time > seconds_most || expire < 0) {
        return bad_user_sig("the time it was made at, or its validity, makes no sense");
    }
    return UserSigClaim{.identifier = std::string{identifier},
                        .sdk_app_id = sdk_app_id,
                        .signed_at = moment_from_unix(time),
                        .validity = Seconds{std::min(expire, seconds_most)}};
}

}  // namespace callarchive
