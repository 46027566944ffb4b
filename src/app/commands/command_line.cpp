#include "app/commands/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

#include <string>
#include <utility>
#include <vector>

namespace callarchive {

OptionSyntax& OptionSyntax::required() {
    option_.required();
    return *this;
}

OptionSyntax& OptionSyntax::one_of(std::initializer_list<const char*> values) {
    option_.check(CLI::IsMember{std::vector<std::string>{values.begin(), values.end()}});
    return *this;
}

OptionSyntax& OptionSyntax::checked_by(std::function<std::string(const std::string&)> check) {
    option_.check(std::move(check));
    return *this;
}

OptionSyntax& OptionSyntax::under(const char* heading) {
    option_.group(heading);
    return *this;
}

OptionSyntax& OptionSyntax::shown_as(const char* value) {
    option_.type_name(value);
    return *this;
}

CommandSyntax::CommandSyntax(CLI::App& program, const char* name, const char* description)
    : command_(*program.add_subcommand(name, description)) {}

CommandSyntax& CommandSyntax::hidden() {
    command_.group("");
    return *this;
}

OptionSyntax CommandSyntax::flag(const char* name, bool& value, const char* description) {
    return OptionSyntax{*command_.add_flag(name, value, description)};
}

OptionSyntax CommandSyntax::option(const char* name, std::string& value, const char* description) {
    return OptionSyntax{*command_.add_option(name, value, description)};
}

OptionSyntax CommandSyntax::option(const char* name, std::optional<std::string>& value,
                                   const char* description) {
    return OptionSyntax{*command_.add_option(name, value, description)};
}

OptionSyntax CommandSyntax::option(const char* name, std::int64_t& value, const char* description) {
    return OptionSyntax{*command_.add_option(name, value, description)};
}

void CommandSyntax::runs(std::function<void()> action) {
    command_.callback(std::move(action));
}

}  // namespace callarchive
