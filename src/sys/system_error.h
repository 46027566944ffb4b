#pragma once

#include <string>

namespace callarchive {

/// The system's words for an errno.
[[nodiscard]] std::string words_of_errno(int number);

}  // namespace callarchive
