#include "api/credential.h"

#include "api/user_sig.h"

#include <utility>

namespace callarchive {
namespace {

constexpr Seconds validity = std::chrono::hours{24};
// A request, its retries and a slow clock all fit into the last tenth.
constexpr Seconds renewed_before_end = validity / 10;

}  // namespace

Credential::Credential(CredentialSource source, std::int64_t sdk_app_id, std::string identifier)
    : source_(std::move(source)), sdk_app_id_(sdk_app_id), identifier_(std::move(identifier)) {}

Result<Secret> Credential::user_sig(Instant now) {
    if (const auto* const ready = std::get_if<ReadyMadeUserSig>(&source_)) return ready->user_sig;
    const Moment second = moment_of(now);
    const bool good = !kept_.empty() && second >= signed_at_ &&
                      second < signed_at_ + validity - renewed_before_end;
    if (!good) {
        auto made = make_user_sig({.identifier = identifier_,
                                   .sdk_app_id = sdk_app_id_,
                                   .signed_at = second,
                                   .validity = validity},
                                  std::get<SecretKey>(source_).key);
        if (!made) return made;
        kept_ = std::move(made).value();
        signed_at_ = second;
    }
    return kept_;
}

bool Credential::renew() {
    if (!std::holds_alternative<SecretKey>(source_)) return false;
    kept_ = Secret{};
    return true;
}

}  // namespace callarchive
