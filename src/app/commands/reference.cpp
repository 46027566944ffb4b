#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/reference/command_tree.h"
#include "app/reference/completion.h"
#include "app/reference/manual.h"

#include <memory>
#include <string>

namespace callarchive {

void add_reference(CLI::App& program, Invocation& invocation) {
    // Hidden: the package has installed what they print.
    CommandSyntax completion{program, "completion", "Prints a shell's completion of this program"};
    completion.hidden();
    const auto shell = std::make_shared<std::string>();
    completion.option("SHELL", *shell, "bash, zsh or fish")
        .required()
        .one_of({"bash", "zsh", "fish"});
    completion.runs([&program, &invocation, shell] {
        const CommandText tree = command_tree(program);
        invocation.status = print(*shell == "bash"  ? bash_completion(tree)
                                  : *shell == "zsh" ? zsh_completion(tree)
                                                    : fish_completion(tree));
    });
    CommandSyntax manual{program, "manual", "Prints the commands' part of the manual page in roff"};
    manual.hidden();
    manual.runs([&program, &invocation] {
        invocation.status = print(manual_of_commands(command_tree(program)));
    });
}

}  // namespace callarchive
