#include "app/reference/completion.h"

#include "app/reference/manual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A program with one command of each kind.
CommandText program() {
    const OptionText flag{.names = {"--loud", "-l"}, .description = "It's [very]: loud"};
    const OptionText choice{
        .names = {"--format"}, .value = "TEXT", .values = {"csv", "json"}, .description = "How"};
    const OptionText file{.value = "DEST", .description = "Where to", .required = true};
    return {.name = "tool",
            .description = "A tool",
            .options = {{.names = {"--config"}, .value = "TEXT", .description = "Its file"}},
            .commands = {{.name = "say", .description = "Says", .options = {flag, choice}},
                         {.name = "copy", .description = "Copies", .options = {file}}}};
}

TEST(Completion, KnowsCommandsOptionsValuesAndFiles) {
    const std::string bash = bash_completion(program());
    EXPECT_THAT(bash, HasSubstr("say/--format) COMPREPLY=($(compgen -W 'csv json'"));
    EXPECT_THAT(bash, HasSubstr("*/--config) compopt -o filenames"));
    EXPECT_THAT(bash, HasSubstr("say) options='--loud -l --format --config' words='' ;;"));
    EXPECT_THAT(bash,
                HasSubstr("copy) options='--config' words=''; [[ $word == -* ]] || { compopt"));
    EXPECT_THAT(zsh_completion(program()), HasSubstr("'1:argument:_files'"));
    EXPECT_THAT(fish_completion(program()),
                HasSubstr("complete -c tool -n '__fish_seen_subcommand_from copy' -F"));
}

/// One with arguments of each kind, and an option of its own that hides a global one.
CommandText program_with_arguments() {
    const OptionText config{.names = {"--config"}, .value = "TEXT", .description = "Another file"};
    const OptionText limit{
        .names = {"--limit", "-n"}, .value = "INT", .description = "How many at most"};
    const OptionText command{.value = "COMMAND", .description = "A command's name"};
    const OptionText shell{.value = "SHELL", .values = {"bash", "zsh"}, .description = "Which"};
    const OptionText file{.value = "FILE", .description = "Where from"};
    const OptionText user{.value = "USER", .description = "Who"};
    return {.name = "tool",
            .options = {{.names = {"--config"}, .value = "TEXT", .description = "Its file"}},
            .commands = {{.name = "help", .options = {limit, command}},
                         {.name = "completion", .options = {shell}},
                         {.name = "restore", .options = {config, file}},
                         {.name = "forget", .options = {user}}}};
}

TEST(Completion, KnowsWhatMayStandAsAnArgument) {
    const std::string bash = bash_completion(program_with_arguments());
    EXPECT_THAT(bash, HasSubstr("help) options='--limit -n --config' "
                                "words='help completion restore forget' ;;"));
    EXPECT_THAT(bash, HasSubstr("completion) options='--config' words='bash zsh' ;;"));
    EXPECT_THAT(bash, HasSubstr("restore) options='--config' words=''; [[ $word == -* ]]"));
    EXPECT_THAT(bash, HasSubstr("forget) options='--config' words='' ;;"));
    EXPECT_THAT(bash, HasSubstr("help/--limit | help/-n) return ;;"));

    const std::string zsh = zsh_completion(program_with_arguments());
    EXPECT_THAT(zsh, HasSubstr("'1:argument:(help completion restore forget)' ;;"));
    EXPECT_THAT(zsh, HasSubstr("'1:argument:(bash zsh)' ;;"));
    EXPECT_THAT(zsh, HasSubstr("'--limit=[How many at most]:INT: '"));
    EXPECT_THAT(zsh, HasSubstr("'-n+[How many at most]:INT: '"));

    const std::string fish = fish_completion(program_with_arguments());
    const std::string seen = "complete -c tool -n '__fish_seen_subcommand_from ";
    EXPECT_THAT(fish, HasSubstr(seen + "help' -a 'help completion restore forget'\n"));
    EXPECT_THAT(fish, HasSubstr(seen + "completion' -a 'bash zsh'\n"));
    EXPECT_THAT(fish, HasSubstr(seen + "restore' -F\n"));
    EXPECT_THAT(fish, HasSubstr(seen + "help' -l limit -s n -x -d 'How many at most'\n"));
    // Told once, as the program's own.
    EXPECT_THAT(fish, Not(HasSubstr("Another file")));
    EXPECT_THAT(fish, HasSubstr("complete -c tool -l config -r -F -d 'Its file'\n"));
}

TEST(Completion, ADescriptionCannotEndItsQuotes) {
    EXPECT_THAT(zsh_completion(program()), Not(HasSubstr("It's")));
    EXPECT_THAT(zsh_completion(program()), Not(HasSubstr("[very]")));
    EXPECT_THAT(fish_completion(program()), Not(HasSubstr("It's")));
}

TEST(Manual, NamesOptionsAndWhatIsRequired) {
    const std::string manual = manual_of_commands(program());
    EXPECT_THAT(manual, HasSubstr(".SS \\fBcopy\\fR \\fIDEST\\fR\nCopies.\n"));
    EXPECT_THAT(manual, HasSubstr("\\fB\\-\\-format\\fR csv|json\nHow\n"));
    EXPECT_EQ(roff(".a\\b-c\n'd"), "\\&.a\\eb\\-c\n\\&'d");
}

}  // namespace
}  // namespace callarchive
