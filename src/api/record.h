#pragma once

#include "api/known_records.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// One call as the API told it, in the v1 spelling whichever dialect it came in. Only call_id is
/// certain: a field that is missing, null, or of a kind that cannot be read is empty here, and what
/// was sent instead is kept in `extra`.
struct CallRecord {
    std::string call_id;                     ///< never empty
    std::optional<std::string> media_type;   ///< video, audio, or as sent
    std::optional<std::string> call_type;    ///< single, group, or as sent
    std::optional<std::string> call_result;  ///< normal_end, cancel, …, or as sent
    std::optional<std::string> room_id;
    std::optional<std::int64_t> room_id_type;  ///< v4 only
    std::optional<std::string> caller;
    std::optional<std::vector<std::string>> callees;
    std::optional<Moment> start;                    ///< empty where the API gave none, or 0
    std::optional<Moment> accept;                   ///< likewise
    std::optional<Moment> end;                      ///< likewise
    std::optional<std::int64_t> total_user_number;  ///< v1 only
    /// A JSON object of what this version does not know or could not read, keys sorted; else empty.
    std::string extra;
    /// Of the bytes as they were sent, where known records were asked for; else zeros.
    Fingerprint fingerprint{};

    friend bool operator==(const CallRecord&, const CallRecord&) = default;
};

/// What cannot be a call: no JSON object, or no usable callId.
struct RejectedRecord {
    std::string raw;     ///< the bytes as they were sent
    std::string reason;  ///< in words

    friend bool operator==(const RejectedRecord&, const RejectedRecord&) = default;
};

}  // namespace callarchive
