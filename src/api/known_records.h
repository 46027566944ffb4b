#pragma once

#include "api/dialect.h"
#include "base/recent_table.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace callarchive {

/// Hash of a call id, as those who look for records that come twice use it.
[[nodiscard]] std::size_t hash_of_call_id(const std::string& call_id);

/// Remembers records, byte for byte, that say what the archive's current version of their call
/// says: whoever sees one again need not look further. Most of what is read was read before. Holds
/// the newest records_max of them at most, 24 bytes each. Forgetting is always right, only slower.
class KnownRecords {
  public:
    static constexpr std::size_t records_max = std::size_t{1} << 18U;
    static constexpr int ages_of_retention = RecentTable::ages - 1;

    KnownRecords();

    /// Tells the bytes of one record, as one source sent them, from all others.
    [[nodiscard]] Fingerprint fingerprint_of(std::int64_t sdk_app_id, Dialect dialect,
                                             std::string_view raw) const;

    /// find() will be asked for it: what it needs is fetched from memory meanwhile.
    void expect(const Fingerprint& fingerprint) const { calls_.prefetch(fingerprint); }

    /// The hash of the call's id where a record is known and its call has not changed since.
    [[nodiscard]] std::optional<std::size_t> find(const Fingerprint& fingerprint) const;

    /// The archive's current version of the call is what this record says.
    void remember(const Fingerprint& fingerprint, const std::string& call_id);

    /// The call has changed: what was remembered of it, whoever told it, holds no more.
    void changed(const std::string& call_id);

    /// What is held in memory, about.
    [[nodiscard]] std::size_t bytes() const { return calls_.bytes(); }

    /// Calls that changed and whose records are still to be taken out.
    [[nodiscard]] std::size_t exceptions() const { return changed_.size(); }

    /// Another of the ages of a retention has passed: memory is held for what can come again.
    void age();

    /// What was not durable may be gone, and is not known any more.
    void forget();

  private:
    void remove_changed();

    std::array<std::uint32_t, 48> secret_{};  ///< XXH3 wants 136 bytes, and uses 192
    RecentTable calls_{records_max};
    /// Nobody knows where in the table the records of a call are: they are taken out in one go.
    std::unordered_set<std::size_t> changed_;
};

}  // namespace callarchive
