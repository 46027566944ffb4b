#include "app/commands/command.h"
#include "app/text/nearest.h"
#include "app/text/printable.h"
#include "app/version.h"
#include "sys/memory.h"
#include "sys/process_protection.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <exception>
#include <string>
#include <vector>

namespace callarchive {
namespace {

/// What was probably meant by words that no command or option takes.
std::string suggestion(const CLI::App& program, int argc, char** argv) {
    std::vector<std::string> names;
    const CLI::App* command = &program;
    for (const CLI::App* known : program.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(known->get_name());
        for (int i = 1; i < argc; ++i) {
            if (known->get_name() == argv[i]) command = known;
        }
    }
    if (command != &program) names.clear();
    for (const CLI::Option* option : command->get_options())
        names.push_back(option->get_name());
    for (int i = 1; i < argc; ++i) {
        std::string word = argv[i];
        word.resize(std::min(word.find('='), word.size()));
        if (std::find(names.begin(), names.end(), word) != names.end()) continue;
        const bool may_be_name = command == &program || word.starts_with("--");
        if (const auto meant = nearest(word, names); meant && may_be_name) {
            return fmt::format("did you mean '{}'?\n", *meant);
        }
    }
    return {};
}

std::string what_is_wrong(const CLI::App& program, const CLI::ParseError& error) {
    // CLI11 misses a command before it looks at what was given instead.
    if (error.get_name() != "RequiredError" || !program.get_subcommands().empty()) {
        return error.what();
    }
    for (const std::string& word : program.remaining()) {
        if (!word.starts_with("-")) return "there is no command '" + word + "'";
    }
    return "a command is missing";
}

int main_of_program(int argc, char** argv) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    CLI::App program{"Keeps every TUICallKit call record for good", "callarchive"};
    Invocation invocation;
    program.add_option("--config", invocation.config,
                       "Configuration file (else $CALLARCHIVE_CONFIG, else "
                       "/etc/callarchive/callarchive.yaml)");
    program.set_version_flag("--version", "callarchive " + version());
    program.require_subcommand(1);
    program.fallthrough();
    add_run(program, invocation);
    add_sync(program, invocation);
    add_status(program, invocation);
    add_gaps(program, invocation);
    add_query(program, invocation);
    add_export(program, invocation);
    add_stats(program, invocation);
    add_show(program, invocation);
    add_verify(program, invocation);
    add_backup(program, invocation);
    add_forget(program, invocation);
    add_migrate(program, invocation);
    add_check_config(program, invocation);
    add_doctor(program, invocation);
    add_usersig(program, invocation);
    add_version(program, invocation);
    add_healthcheck(program, invocation);
    add_reference(program, invocation);
    add_help(program, invocation);

    try {
        program.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
        return program.exit(asked);
    } catch (const CLI::ParseError& error) {
        // The message repeats what was typed, or pasted.
        fmt::print(stderr, "callarchive: {}\n{}see `callarchive help`\n",
                   printable(what_is_wrong(program, error)), suggestion(program, argc, argv));
        return ExitStatus::wrong_usage;
    }
    return invocation.status;
}

}  // namespace
}  // namespace callarchive

int main(int argc, char** argv) {
    try {
        callarchive::keep_memory_small();
        const auto is_protected = callarchive::protect_process();
        if (!is_protected.ok())
            fmt::print(stderr, "callarchive: {}\n", is_protected.error().message);
        return callarchive::main_of_program(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "callarchive: {}\n", error.what());
        return callarchive::ExitStatus::failed;
    }
}
