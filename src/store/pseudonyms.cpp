#include "store/pseudonyms.h"

#include "store/failure.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>

namespace callarchive {
namespace {

// About 10 MB, as Users.
constexpr std::size_t known_max = 100'000;

constexpr std::size_t pseudonym_digits = 16;

std::string hash_of(const std::string& key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) == nullptr) {
        throw Refusal(ErrorKind::storage, "HMAC-SHA256 failed");
    }
    std::string hash;
    for (unsigned i = 0; i < size; ++i)
        hash += fmt::format("{:02x}", digest[i]);
    return hash;
}

}  // namespace

ForgottenEntry forgotten_entry(const std::string& key, ForgottenIn sdk_app_id,
                               std::string_view user_id) {
    std::string text = sdk_app_id ? std::to_string(*sdk_app_id) : "*";
    text += '\0';
    text += user_id;
    return {.key = key, .hash = hash_of(key, text)};
}

std::string pseudonym_of(const ForgottenEntry& entry) {
    return "forgotten-" + entry.hash.substr(0, pseudonym_digits);
}

Pseudonyms::Pseudonyms(const std::set<ForgottenEntry>& entries) : entries_(entries) {
    for (const ForgottenEntry& entry : entries_)
        keys_.insert(entry.key);
}

std::optional<std::string> Pseudonyms::of(std::int64_t sdk_app_id, std::string_view user_id) {
    if (entries_.empty()) return std::nullopt;
    asked_.assign(reinterpret_cast<const char*>(&sdk_app_id), sizeof sdk_app_id);
    asked_.append(user_id);
    const auto known = known_.find(asked_);
    if (known != known_.end()) return known->second;
    auto found = look_up(sdk_app_id, user_id);
    if (known_.size() >= known_max) known_.clear();
    known_.emplace(asked_, found);
    return found;
}

Replacement Pseudonyms::in(std::int64_t sdk_app_id) {
    return [this, sdk_app_id](std::string_view user_id) { return of(sdk_app_id, user_id); };
}

std::optional<std::string> Pseudonyms::look_up(std::int64_t sdk_app_id,
                                               std::string_view user_id) const {
    // The narrower one first: it was given first wherever both are.
    for (const ForgottenIn& where : {ForgottenIn{sdk_app_id}, ForgottenIn{}}) {
        for (const std::string& key : keys_) {
            const ForgottenEntry entry = forgotten_entry(key, where, user_id);
            if (entries_.contains(entry)) return pseudonym_of(entry);
        }
    }
    return std::nullopt;
}

void replace_ids(CallRecord& record, const Replacement& replacement) {
    const auto replace = [&](std::string& id) {
        if (auto other = replaced_id(id, replacement)) id = std::move(*other);
    };
    if (record.caller) replace(*record.caller);
    if (record.callees) {
        for (std::string& callee : *record.callees)
            replace(callee);
    }
    if (auto extra = replaced_in_json(record.extra, replacement)) record.extra = std::move(*extra);
}

void replace_ids(RejectedRecord& record, const Replacement& replacement) {
    if (auto raw = replaced_in_json(record.raw, replacement)) record.raw = std::move(*raw);
}

}  // namespace callarchive
