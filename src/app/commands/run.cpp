#include "app/commands/command.h"
#include "app/daemon/daemon.h"
#include "sys/signals.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <utility>

namespace callarchive {

void add_run(CLI::App& program, Invocation& invocation) {
    auto* command = program.add_subcommand("run", "The daemon: archives until SIGTERM or SIGINT");
    command->callback([&invocation] {
        hold_hangups();
        auto config = configured(invocation, Secrets::needed);
        if (!config) return;
        Daemon daemon{invocation, *std::move(config)};
        invocation.status = daemon.run();
    });
}

}  // namespace callarchive
