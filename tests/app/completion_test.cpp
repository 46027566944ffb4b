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
