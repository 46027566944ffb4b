#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace callarchive {

/// One option or positional argument as people see it.
struct OptionText {
    std::vector<std::string>
        names{};          ///< with their hyphens, the long ones first; empty: positional
    std::string value{};  ///< what stands for its value; empty: a flag
    std::vector<std::string> values{};  ///< all there are, where they are few
    std::string description{};
    std::string group{};
    bool required = false;

    [[nodiscard]] bool positional() const { return names.empty(); }
};

struct CommandText {
    std::string name;
    std::string description{};
    std::vector<OptionText> options{};
    std::vector<CommandText> commands{};  ///< without hidden ones
};

/// What the parser of the command line knows, as values: manual and completions are made of it, so
/// that they cannot say anything else than the program does.
[[nodiscard]] CommandText command_tree(const CLI::App& program);

}  // namespace callarchive
