#pragma once

#include "base/time.h"
#include "store/reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace callarchive {

/// How one application stands, as `status` tells it.
struct Standing {
    SourceStatus status;
    Moment cursor;
    Moment head;
    Seconds margin{};
    std::int64_t unread_gaps = 0, early_gaps = 0, unacknowledged_gaps = 0;
    Seconds unread_length{}, early_length{};
    std::vector<std::string> complaints{};  ///< why it is unhealthy; empty: it is not

    [[nodiscard]] bool healthy() const { return complaints.empty(); }
};

[[nodiscard]] Standing standing_of(const SourceStatus& status, Moment now);

/// What the application's answers have shown of the filter, in words.
[[nodiscard]] std::string evidence_in_words(const FilterEvidence& evidence);

}  // namespace callarchive
