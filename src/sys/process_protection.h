#pragma once

#include "base/result.h"

namespace callarchive {

/// Keeps keys out of core dumps and debuggers: no core file, and other processes of the same user
/// cannot read this one's memory. A failure is worth a warning; the program works without it.
[[nodiscard]] Result<Done> protect_process();

}  // namespace callarchive
