#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive::simulator {

enum class Verdict { valid, expired, malformed, forged, other_user, other_app };

struct SigClaims {
    std::int64_t sdk_app_id = 0;
    std::string identifier;
    std::string key;
};

/// Judges a UserSig as the service does. `expires`, where given, is set for a valid one.
[[nodiscard]] Verdict verify_user_sig(std::string_view user_sig, const SigClaims& claims,
                                      Moment now, Moment* expires = nullptr);

/// Signs one, for tests and for the configuration that the program prints.
[[nodiscard]] std::string make_user_sig(const SigClaims& claims, Moment now, Seconds valid_for);

}  // namespace callarchive::simulator
