#pragma once

#include "engine/observer.h"

#include <string>
#include <vector>

namespace callarchive {

/// How the applications stand, in one line for `systemctl status`: cursor, margin and gaps of each,
/// the one with the least margin first, and only so many as a line holds.
[[nodiscard]] std::string status_line(std::vector<SourceReport> reports);

}  // namespace callarchive
