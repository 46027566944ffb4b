#pragma once

#include "base/result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace callarchive {

/// All of a regular file of up to 64 MiB; nothing where there is none.
[[nodiscard]] Result<std::optional<std::string>> read_text_file(const std::filesystem::path& path);

}  // namespace callarchive
