#include "app/commands/command.h"
#include "app/text/nearest.h"
#include "app/text/printable.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace callarchive {

void add_help(CLI::App& program, Invocation& invocation) {
    auto* command = program.add_subcommand("help", "Help on the program or one of its commands");
    const auto name = std::make_shared<std::string>();
    command->add_option("COMMAND", *name, "A command's name");
    command->callback([&program, &invocation, name] {
        if (name->empty()) {
            // Not program.help(): that gives the help of the command that was chosen, this one.
            invocation.status = print(program.get_formatter()->make_help(
                &program, program.get_name(), CLI::AppFormatMode::Normal));
            return;
        }
        std::vector<std::string> names;
        for (const CLI::App* known : program.get_subcommands([](CLI::App*) { return true; })) {
            names.push_back(known->get_name());
            if (known->get_name() == *name) {
                invocation.status = print(known->help());
                return;
            }
        }
        invocation.status = tell(
            {ErrorKind::invalid_input, fmt::format("there is no command '{}'{}", printable(*name),
                                                   did_you_mean(*name, names))});
    });
}

}  // namespace callarchive
