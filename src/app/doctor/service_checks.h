#pragma once

#include "app/doctor/finding.h"
#include "engine/settings.h"
#include "port/clock.h"
#include "port/http.h"

#include <cstdint>

namespace callarchive {

/// One application's way to the API by one real request: name, connection, TLS, UserSig, records,
/// the clock against the answer's Date, and what the filter looks like. Reads nothing for good.
[[nodiscard]] Findings check_service(const SourceSettings& settings, const Clock& clock, Http& http,
                                     std::uint32_t random);

}  // namespace callarchive
