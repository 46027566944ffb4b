#include "app/reference/command_tree.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstddef>

namespace callarchive {
namespace {

/// CLI11 shows a choice as `TEXT:{a,b}` and a range as `INT:INT in [0 - 9]`.
void read_type(const std::string& type, OptionText& text) {
    text.value = type.substr(0, type.find_first_of(":= "));
    const std::size_t begin = type.find('{');
    const std::size_t end = type.find('}');
    if (begin == std::string::npos || end == std::string::npos) return;
    std::string word;
    for (std::size_t i = begin + 1; i <= end; ++i) {
        if (type[i] != ',' && type[i] != '}') {
            word += type[i];
            continue;
        }
        text.values.push_back(word);
        word.clear();
    }
}

OptionText text_of(const CLI::Option& option) {
    OptionText text;
    for (const std::string& name : option.get_lnames())
        text.names.push_back("--" + name);
    for (const std::string& name : option.get_snames())
        text.names.push_back("-" + name);
    if (option.get_items_expected_max() > 0) read_type(option.get_type_name(), text);
    if (text.positional()) text.value = option.get_name(true);
    text.description = option.get_description();
    text.group = option.get_group();
    text.required = option.get_required();
    return text;
}

}  // namespace

CommandText command_tree(const CLI::App& program) {
    CommandText text{.name = program.get_name(),
                     .description = program.get_description(),
                     .options = {},
                     .commands = {}};
    // An option group is an app without a name; its options stand among those of its command.
    for (const CLI::App* part : program.get_subcommands([](const CLI::App*) { return true; })) {
        if (part->get_name().empty() || part->get_group().empty()) continue;
        text.commands.push_back(command_tree(*part));
    }
    for (const CLI::Option* option : program.get_options()) {
        if (!option->get_group().empty()) text.options.push_back(text_of(*option));
    }
    return text;
}

}  // namespace callarchive
