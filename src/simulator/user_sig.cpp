#include "simulator/user_sig.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <vector>

namespace callarchive::simulator {
namespace {

constexpr std::size_t inflated_max = std::size_t{16}
                                     << 10U;  // a UserSig is about 250 bytes inflated

std::string to_base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > inflated_max) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    // OpenSSL counts the padding's zeros as content.
    const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

std::optional<std::string> inflate_all(std::string_view bytes) {
    std::string text(inflated_max, '\0');
    uLongf size = text.size();
    if (uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                   reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) != Z_OK) {
        return std::nullopt;
    }
    text.resize(size);
    return text;
}

std::string sign(const SigClaims& claims, std::int64_t time, std::int64_t expire) {
    const std::string content =
        fmt::format("TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n",
                    claims.identifier, claims.sdk_app_id, time, expire);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), claims.key.data(), static_cast<int>(claims.key.size()),
         reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data(),
         &size);
    return to_base64({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

Verdict verify_user_sig(std::string_view user_sig, const SigClaims& claims, Moment now,
                        Moment* expires) {
    std::string base64{user_sig};
    for (char& c : base64) {
        if (c == '*')
            c = '+';
        else if (c == '-')
            c = '/';
        else if (c == '_')
            c = '=';
    }
    const auto deflated = from_base64(base64);
    const auto text = deflated ? inflate_all(*deflated) : std::nullopt;
    if (!text) return Verdict::malformed;
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object()) return Verdict::malformed;
    const auto member = [&](const char* name) {
        const auto found = json.find(name);
        return found == json.end() ? nlohmann::json{} : *found;
    };
    const auto version = member("TLS.ver");
    const auto identifier = member("TLS.identifier");
    const auto app = member("TLS.sdkappid");
    const auto time = member("TLS.time");
    const auto expire = member("TLS.expire");
    const auto sig = member("TLS.sig");
    if (version != "2.0" || !identifier.is_string() || !app.is_number_integer() ||
        !time.is_number_integer() || !expire.is_number_integer() || !sig.is_string()) {
        return Verdict::malformed;
    }
    if (app.get<std::int64_t>() != claims.sdk_app_id) return Verdict::other_app;
    if (identifier.get_ref<const std::string&>() != claims.identifier) return Verdict::other_user;
    const auto signed_at = time.get<std::int64_t>();
    const auto valid_for = expire.get<std::int64_t>();
    const std::string expected = sign(claims, signed_at, valid_for);
    const auto& given = sig.get_ref<const std::string&>();
    if (given.size() != expected.size() ||
        CRYPTO_memcmp(given.data(), expected.data(), given.size()) != 0) {
        return Verdict::forged;
    }
    std::int64_t until = 0;
    if (__builtin_add_overflow(signed_at, valid_for, &until)) return Verdict::malformed;
    if (until < unix_seconds(now)) return Verdict::expired;
    if (expires != nullptr) *expires = moment_from_unix(until);
    return Verdict::valid;
}

std::string make_user_sig(const SigClaims& claims, Moment now, Seconds valid_for) {
    const std::int64_t time = unix_seconds(now);
    const nlohmann::json json{{"TLS.ver", "2.0"},
                              {"TLS.identifier", claims.identifier},
                              {"TLS.sdkappid", claims.sdk_app_id},
                              {"TLS.time", time},
                              {"TLS.expire", valid_for.count()},
                              {"TLS.sig", sign(claims, time, valid_for.count())}};
    const std::string text = json.dump();
    std::vector<Bytef> deflated(compressBound(text.size()));
    uLongf size = deflated.size();
    compress(deflated.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
    std::string user_sig = to_base64({reinterpret_cast<const char*>(deflated.data()), size});
    for (char& c : user_sig) {
        if (c == '+')
            c = '*';
        else if (c == '/')
            c = '-';
        else if (c == '=')
            c = '_';
    }
    return user_sig;
}

}  // namespace callarchive::simulator
