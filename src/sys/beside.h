#pragma once

#include <filesystem>
#include <string_view>

namespace callarchive {

/// Where a file that goes with a database lies: beside the file itself, whichever symbolic links
/// lead there, under its name with `suffix`. The database need not exist.
[[nodiscard]] std::filesystem::path path_beside(const std::filesystem::path& path,
                                                std::string_view suffix);

}  // namespace callarchive
