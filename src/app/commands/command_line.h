#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace callarchive {

/// What may be said further of an option. The header of the parser takes longer to compile than a
/// command of ours, so only command_line.cpp and those that ask the parser itself include it.
class OptionSyntax {
  public:
    explicit OptionSyntax(CLI::Option& option) : option_(option) {}

    OptionSyntax& required();
    OptionSyntax& one_of(std::initializer_list<const char*> values);
    /// `check` gives back what is wrong with a value, or nothing.
    OptionSyntax& checked_by(std::function<std::string(const std::string&)> check);
    /// The heading it stands under in help.
    OptionSyntax& under(const char* heading);
    /// What stands for its value in help and completion: `TEXT:{single,group}`.
    OptionSyntax& shown_as(const char* value);

  private:
    CLI::Option& option_;
};

/// A command as it is typed: its options fill the variables given, which must live as long as the
/// program does. Names are `--long`, or in capitals where they stand for a positional argument.
class CommandSyntax {
  public:
    /// Adds the command to the program.
    CommandSyntax(CLI::App& program, const char* name, const char* description);

    /// Not in help or completion.
    CommandSyntax& hidden();
    OptionSyntax flag(const char* name, bool& value, const char* description);
    OptionSyntax option(const char* name, std::string& value, const char* description);
    OptionSyntax option(const char* name, std::optional<std::string>& value,
                        const char* description);
    OptionSyntax option(const char* name, std::int64_t& value, const char* description);
    /// What is done when the command is chosen, after all options have their values.
    void runs(std::function<void()> action);

  private:
    CLI::App& command_;
};

}  // namespace callarchive
