#pragma once

#include "base/recent_table.h"

#include <cstdint>
#include <vector>

namespace callarchive {

/// Hashes of a record's ids, by which they are looked for in memory. They are made once, with seeds
/// of this process.
struct RecordHashes {
    bool are_known = false;  ///< what follows is of no use before
    std::uint64_t call_id = 0;
    Fingerprint caller;                ///< if the record tells one
    std::vector<Fingerprint> callees;  ///< in the record's order, as often as they are told
};

}  // namespace callarchive
