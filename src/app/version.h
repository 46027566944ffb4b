#pragma once

#include <string>

namespace callarchive {

/// The program's version, e.g. `0.1.0`.
[[nodiscard]] std::string version();

}  // namespace callarchive
