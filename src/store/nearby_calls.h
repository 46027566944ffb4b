#pragma once

#include "base/recent_table.h"
#include "sqlite/statement.h"
#include "store/call_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace callarchive {

/// What of a stored call tells whether a record says the same.
struct StoredCall {
    std::int64_t call_no, bucket, content_hash;
    std::optional<std::int64_t> room_id_type, total_user_number;
};

/// Calls that lie beside those that were found, read in one go. Who reads a window again after a
/// restart asks for its calls about in the order in which they once came, and a step from row to
/// row costs a quarter of a look at the index of ids and at the row that it names. Holds for one
/// transaction, in which nobody else writes. Throws.
class NearbyCalls {
  public:
    explicit NearbyCalls(sqlite::Database& database);

    /// A call that was read along with another; valid until the next function that is not const.
    [[nodiscard]] const StoredCall* find(std::int64_t application_no,
                                         std::string_view call_id) const;

    /// The index had to be asked for this call: where it lies near the one before, more will, and
    /// those around it are read.
    void missed(std::int64_t call_no);

    /// The call's row is another now.
    void changed(std::int64_t application_no, std::string_view call_id);

    /// Gives the memory back too.
    void forget();

  private:
    struct Entry {
        Fingerprint fingerprint;
        StoredCall call;
    };

    [[nodiscard]] std::optional<std::size_t> place_of(std::int64_t application_no,
                                                      std::string_view call_id) const;
    void read_block(std::int64_t block);

    sqlite::Statement read_;
    CallIdText call_id_;
    std::uint64_t seed_;
    std::vector<Entry> entries_;  ///< a ring, once it is full
    std::size_t next_ = 0;
    RecentTable places_;  ///< in entries_
    std::int64_t block_missed_last_ = -1;
};

}  // namespace callarchive
