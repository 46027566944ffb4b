#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace callarchive {

/// What proves to the API who asks: a key that signs, or a UserSig that somebody else made.
struct SecretKey {
    Secret key;

    friend bool operator==(const SecretKey&, const SecretKey&) = default;
};
struct ReadyMadeUserSig {
    Secret user_sig;

    friend bool operator==(const ReadyMadeUserSig&, const ReadyMadeUserSig&) = default;
};
using CredentialSource = std::variant<SecretKey, ReadyMadeUserSig>;

/// Hands out a UserSig, kept until shortly before it expires. Knows no clock: the caller says the
/// time.
class Credential {
  public:
    Credential(CredentialSource source, std::int64_t sdk_app_id, std::string identifier);

    /// A UserSig good at `now`; a new one is signed when the kept one is near its end, or was
    /// signed in what is now the future (the clock stepped back).
    [[nodiscard]] Result<Secret> user_sig(Instant now);

    /// Forgets the kept UserSig after the API called it expired. False where signing again can
    /// bring nothing: a ready-made one.
    bool renew();

  private:
    CredentialSource source_;
    std::int64_t sdk_app_id_;
    std::string identifier_;
    Secret kept_;
    Moment signed_at_{};
};

}  // namespace callarchive
