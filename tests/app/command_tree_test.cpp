#include "app/reference/command_tree.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names_of(const std::vector<CommandText>& commands) {
    std::vector<std::string> names;
    for (const CommandText& command : commands)
        names.push_back(command.name);
    return names;
}

TEST(CommandTree, HoldsWhatIsNotHidden) {
    CLI::App program{"A tool", "tool"};
    program.add_subcommand("say", "Says");
    program.add_subcommand("inner", "Not for people")->group("");
    // CLI11 takes it for a command without a name.
    program.add_option_group("times", "From when to when");
    program.add_flag("--loud,-l")->description("Loudly");
    program.add_flag("--inner")->group("");
    const CommandText tree = command_tree(program);
    EXPECT_EQ(tree.name, "tool");
    EXPECT_EQ(tree.description, "A tool");
    EXPECT_THAT(names_of(tree.commands), ElementsAre("say"));
    std::vector<std::string> options;
    for (const OptionText& option : tree.options)
        options.insert(options.end(), option.names.begin(), option.names.end());
    EXPECT_THAT(options, ElementsAre("--help", "-h", "--loud", "-l"));
}

TEST(CommandTree, AnOptionsValuesAreThoseItsTypeNames) {
    const auto option_of = [](const std::string& name, const std::string& type) {
        CLI::App program{"A tool", "tool"};
        program.set_help_flag();
        std::string value;
        program.add_option(name, value, "What")->type_name(type);
        return command_tree(program).options.at(0);
    };
    EXPECT_THAT(option_of("--format", "TEXT:{csv,json}").values, ElementsAre("csv", "json"));
    EXPECT_EQ(option_of("--format", "TEXT:{csv,json}").value, "TEXT");
    EXPECT_EQ(option_of("--limit", "INT:INT in [0 - 9]").value, "INT");
    for (const char* type : {"INT:INT in [0 - 9]", "TEXT", "TEXT:{csv", "TEXT:csv}"})
        EXPECT_THAT(option_of("--format", type).values, IsEmpty()) << type;
    const OptionText positional = option_of("FILE", "TEXT");
    EXPECT_TRUE(positional.positional());
    EXPECT_EQ(positional.value, "FILE");
}

}  // namespace
}  // namespace callarchive
