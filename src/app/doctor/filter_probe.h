#pragma once

#include "api/record.h"
#include "app/doctor/conversation.h"
#include "app/doctor/finding.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace callarchive {

/// How often a call came back when only a part of it lay in the stretch that was asked for.
struct FilterSightings {
    int calls = 0;      ///< that were asked for
    int at_start = 0;   ///< came back when only its start lay within
    int at_end = 0;     ///< when only its end did
    int at_middle = 0;  ///< when neither did, but a moment of it
};

/// Takes some of an application's own calls, and asks for parts of each: the vendor does not
/// document which calls lie "between" two times. Three requests for each call.
[[nodiscard]] Result<FilterSightings> probe_filter(Conversation& conversation,
                                                   const std::vector<CallRecord>& records);

/// What the sightings look like, in words.
[[nodiscard]] std::string reading_in_words(const FilterSightings& sightings);

}  // namespace callarchive
