#pragma once

#include "app/reference/command_tree.h"

#include <string>

namespace callarchive {

// Each is a script that completes commands, options, and values where they are few; after
// an option whose value is a file, files.
[[nodiscard]] std::string bash_completion(const CommandText& program);
[[nodiscard]] std::string zsh_completion(const CommandText& program);
[[nodiscard]] std::string fish_completion(const CommandText& program);

}  // namespace callarchive
