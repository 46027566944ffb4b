#pragma once

#include "sim/disk.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace callarchive::testing {

/// What the archive's file says through its public views, read with SQL alone: nothing of the
/// product is asked.
struct Snapshot {
    struct Call {
        std::string row;  ///< in the words of ServedRecords
        std::int64_t revision = 0;
    };
    struct Stretch {
        std::int64_t from = 0;
        std::int64_t to = 0;
        std::optional<std::int64_t> read_at;
        std::string state;
        std::string reason;  ///< of a gap
    };
    struct Source {
        std::vector<Stretch> coverage;
        std::int64_t cursor = 0;
        std::int64_t head = 0;

        /// The stretch that holds a moment; nothing outside the archive's time.
        [[nodiscard]] const Stretch* at(std::int64_t moment) const;
    };

    std::map<std::string, Call> calls;                           ///< by call id
    std::vector<std::pair<std::string, std::string>> revisions;  ///< call id, row
    std::int64_t rejected = 0;
    std::int64_t rejected_times = 0;        ///< how often they came, all together
    std::map<std::string, Source> sources;  ///< by name
    std::vector<std::string> problems;      ///< what the file itself has wrong
};

enum class Depth {
    ledger,   ///< ids and coverage
    content,  ///< every column, revisions, and SQLite's own full check
};

/// Reads the file `name` of a disk that nobody else uses. An image without the file gives an empty
/// snapshot.
[[nodiscard]] Snapshot take_snapshot(Disk& disk, const std::string& name, Depth depth);

}  // namespace callarchive::testing
