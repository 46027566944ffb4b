#pragma once

#include "base/time.h"
#include "simulator/call.h"

#include <string>

namespace callarchive::simulator {

/// One call as it truly is, for a test to compare an archive with.
struct TruthCall {
    const Record* record;  ///< as the call looks now
    Instant visible_from;
    Instant visible_until;
    std::uint8_t dialects;
};

/// Appends one line of JSON in the spelling of v1; times of visibility are unix seconds with
/// milliseconds.
void append_truth(std::string& out, const TruthCall& call);

}  // namespace callarchive::simulator
