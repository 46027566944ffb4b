#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace callarchive {

/// Where a piece of configuration stands: `file:line:column`, or the environment variable's name.
struct Location {
    std::string source;
    int line = 0;  ///< from 1; 0: the source is no file
    int column = 0;

    [[nodiscard]] std::string text() const;
};

/// A configuration as it was written, before anything is known of its meaning.
struct Node {
    struct Entry;
    using Sequence = std::vector<Node>;
    using Mapping = std::vector<Entry>;

    Location location;
    std::variant<std::monostate, std::string, Sequence, Mapping> value;  ///< monostate: null

    [[nodiscard]] const std::string* scalar() const { return std::get_if<std::string>(&value); }
    [[nodiscard]] const Sequence* sequence() const { return std::get_if<Sequence>(&value); }
    [[nodiscard]] const Mapping* mapping() const { return std::get_if<Mapping>(&value); }
    /// `a text`, `a list`, … for messages; never the content.
    [[nodiscard]] std::string_view kind() const;
    /// The value under a key of a mapping, the first if it is given twice.
    [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Node::Entry {
    std::string key;
    Location location;
    Node node;
};

/// One thing that is wrong with a configuration.
struct Problem {
    Location location;
    std::string key;   ///< `schedule.poll_interval`; may be empty
    std::string text;  ///< what was found and what is allowed; never a secret

    [[nodiscard]] std::string line() const;
};

/// Why a text of a configuration is refused that is no UTF-8.
inline constexpr const char* not_utf8 = "found bytes that are no UTF-8; allowed: UTF-8";

/// Reads YAML. Syntax errors become the one problem; aliases are refused, for a configuration
/// that expands is not what it seems to be.
[[nodiscard]] std::variant<Node, Problem> parse_yaml(const std::string& text,
                                                     const std::string& source);

}  // namespace callarchive
