#pragma once

#include "api/record.h"
#include "store/replace_ids.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace callarchive {

/// What is left of a forgotten id: a keyed hash (HMAC-SHA256) of it and of where it was forgotten,
/// which recognizes the id and does not tell it. Both in hexadecimal.
struct ForgottenEntry {
    std::string key;
    std::string hash;

    friend bool operator<(const ForgottenEntry& left, const ForgottenEntry& right) {
        return std::tie(left.key, left.hash) < std::tie(right.key, right.hash);
    }
};

/// Where an id is forgotten: in one application, or, without a number, in all, also those that are
/// yet to come.
using ForgottenIn = std::optional<std::int64_t>;

[[nodiscard]] ForgottenEntry forgotten_entry(const std::string& key, ForgottenIn sdk_app_id,
                                             std::string_view user_id);

/// What an entry's id is replaced by: `forgotten-` and 16 hexadecimal digits.
[[nodiscard]] std::string pseudonym_of(const ForgottenEntry& entry);

/// Recognizes forgotten ids in what is read.
class Pseudonyms {
  public:
    explicit Pseudonyms(const std::set<ForgottenEntry>& entries);

    [[nodiscard]] bool empty() const { return entries_.empty(); }

    /// What stands for an id, where it was forgotten.
    [[nodiscard]] std::optional<std::string> of(std::int64_t sdk_app_id, std::string_view user_id);

    /// The same as a function of the id alone. Must not outlive this.
    [[nodiscard]] Replacement in(std::int64_t sdk_app_id);

  private:
    [[nodiscard]] std::optional<std::string> look_up(std::int64_t sdk_app_id,
                                                     std::string_view user_id) const;

    std::set<ForgottenEntry> entries_;
    std::set<std::string> keys_;
    std::string asked_;
    std::unordered_map<std::string, std::optional<std::string>> known_;
};

/// Replaces the ids in a record, as forgetting does in what was stored before, so that a record
/// that is read again is recognized.
void replace_ids(CallRecord& record, const Replacement& replacement);
void replace_ids(RejectedRecord& record, const Replacement& replacement);

}  // namespace callarchive
