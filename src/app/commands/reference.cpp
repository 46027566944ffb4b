#include "app/commands/command.h"
#include "app/commands/terminal.h"
#include "app/reference/completion.h"
#include "app/reference/manual.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>
#include <string>

namespace callarchive {
namespace {

int print(const std::string& text) {
    Output out;
    out.write(text);
    return out.finish() ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

void add_reference(CLI::App& program, Invocation& invocation) {
    // Hidden (a group without a name): the package has installed what they print.
    auto* completion =
        program.add_subcommand("completion", "Prints a shell's completion of this program")
            ->group("");
    const auto shell = std::make_shared<std::string>();
    completion->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->callback([&program, &invocation, shell] {
        const CommandText tree = command_tree(program);
        invocation.status = print(*shell == "bash"  ? bash_completion(tree)
                                  : *shell == "zsh" ? zsh_completion(tree)
                                                    : fish_completion(tree));
    });
    auto* manual =
        program.add_subcommand("manual", "Prints the commands' part of the manual page in roff")
            ->group("");
    manual->callback([&program, &invocation] {
        invocation.status = print(manual_of_commands(command_tree(program)));
    });
}

}  // namespace callarchive
