#include "app/reference/manual.h"

#include <fmt/format.h>

#include <algorithm>

namespace callarchive {
namespace {

bool is_help(const OptionText& option) {
    return std::find(option.names.begin(), option.names.end(), "--help") != option.names.end();
}

std::string synopsis_of(const CommandText& command) {
    std::string text = fmt::format("\\fB{}\\fR", roff(command.name));
    if (std::any_of(command.options.begin(), command.options.end(), [](const OptionText& option) {
            return !option.positional() && !is_help(option);
        })) {
        text += " [\\fIOPTIONS\\fR]";
    }
    for (const OptionText& option : command.options) {
        if (!option.positional()) continue;
        const std::string value = fmt::format("\\fI{}\\fR", roff(option.value));
        text += option.required ? " " + value : " [" + value + "]";
    }
    return text;
}

std::string names_of(const OptionText& option) {
    if (option.positional()) return fmt::format("\\fI{}\\fR", roff(option.value));
    std::string text;
    for (const std::string& name : option.names)
        text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", roff(name));
    if (!option.values.empty())
        return text + " " + roff(fmt::format("{}", fmt::join(option.values, "|")));
    if (!option.value.empty()) text += fmt::format(" \\fI{}\\fR", roff(option.value));
    return text;
}

std::string text_of(const OptionText& option) {
    return fmt::format(".TP\n{}\n{}\n", names_of(option), roff(option.description));
}

}  // namespace

std::string roff(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return out;
}

std::string manual_of_commands(const CommandText& program) {
    std::string text = ".SH OPTIONS\n";
    for (const OptionText& option : program.options)
        text += text_of(option);
    text += ".SH COMMANDS\n";
    for (const CommandText& command : program.commands) {
        text += fmt::format(".SS {}\n{}.\n", synopsis_of(command), roff(command.description));
        for (const OptionText& option : command.options) {
            // Every command has it, and it is told once.
            if (!is_help(option)) text += text_of(option);
        }
    }
    return text;
}

}  // namespace callarchive
