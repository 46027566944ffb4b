#include "api/known_records.h"

#include <xxhash.h>

#include <functional>
#include <random>

namespace callarchive {
namespace {

// Few enough for the memory where a service changes most of its calls, and enough to look through
// the whole table for.
constexpr std::size_t changed_max = 4'096;

}  // namespace

std::size_t hash_of_call_id(const std::string& call_id) {
    return std::hash<std::string>{}(call_id) >> (64 - RecentTable::number_bits);
}

// A secret of its own, so that nobody who chooses names and room ids can prepare two records that
// look alike. Given as one and not as a seed, from which XXH3 would make one for each record.
KnownRecords::KnownRecords() {
    std::random_device random;
    for (std::uint32_t& part : secret_)
        part = random();
}

Fingerprint KnownRecords::fingerprint_of(std::int64_t sdk_app_id, Dialect dialect,
                                         std::string_view raw) const {
    // The same bytes of two sources differ in this alone.
    const std::uint64_t source =
        static_cast<std::uint64_t>(sdk_app_id) * 2 + (dialect == Dialect::v1 ? 0U : 1U);
    const XXH128_hash_t hash =
        XXH3_128bits_withSecret(raw.data(), raw.size(), secret_.data(), sizeof secret_);
    // Never zeros, which mean that there is none.
    return {.high = hash.high64 ^ source, .low = hash.low64 | 1U};
}

std::optional<std::size_t> KnownRecords::find(const Fingerprint& fingerprint) const {
    const auto call = calls_.find(fingerprint);
    if (!call || (!changed_.empty() && changed_.contains(*call))) return std::nullopt;
    return call;
}

void KnownRecords::remember(const Fingerprint& fingerprint, const std::string& call_id) {
    calls_.put(fingerprint, hash_of_call_id(call_id));
}

void KnownRecords::changed(const std::string& call_id) {
    changed_.insert(hash_of_call_id(call_id));
    if (changed_.size() >= changed_max) remove_changed();
}

void KnownRecords::age() {
    calls_.age();
    // Else the exceptions of a quiet service would gather for months.
    if (!changed_.empty()) remove_changed();
}

void KnownRecords::remove_changed() {
    calls_.remove_if([&](std::uint64_t call) { return changed_.contains(call); });
    changed_ = {};
}

void KnownRecords::forget() {
    calls_.clear();
    changed_.clear();
}

}  // namespace callarchive
