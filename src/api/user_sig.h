#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace callarchive {

struct UserSigClaim {
    std::string identifier;
    std::int64_t sdk_app_id{};
    Moment signed_at;
    Seconds validity{};
};

/// Signs a claim (TLSSigAPI v2: HMAC-SHA256 over the claim's text, JSON, zlib, url-safe base64).
/// Fails only if the cryptographic library does.
[[nodiscard]] Result<Secret> make_user_sig(const UserSigClaim& claim, const Secret& key);

/// What a UserSig says of itself; the signature is not checked, for that needs the key. Times lie
/// in 34 000 years from 1970, and a longer validity is cut to as many. An invalid_input error says
/// what is wrong with the text, without showing it.
[[nodiscard]] Result<UserSigClaim> read_user_sig(const Secret& user_sig);

}  // namespace callarchive
