#pragma once

#include "app/reference/command_tree.h"

#include <string>

namespace callarchive {

/// The part of callarchive(1) that the parser knows, in roff (man(7)): the global options and each
/// command with its own.
[[nodiscard]] std::string manual_of_commands(const CommandText& program);

/// Text as roff shows it: backslashes, hyphens and a control character at a line's beginning are
/// no markup.
[[nodiscard]] std::string roff(const std::string& text);

}  // namespace callarchive
