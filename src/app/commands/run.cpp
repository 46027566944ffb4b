#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/daemon/daemon.h"
#include "sys/signals.h"

#include <utility>

namespace callarchive {

void add_run(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "run", "The daemon: archives until SIGTERM or SIGINT"};
    command.runs([&invocation] {
        hold_hangups();
        auto config = configured(invocation, Secrets::needed);
        if (!config) return;
        Daemon daemon{invocation, *std::move(config)};
        invocation.status = daemon.run();
    });
}

}  // namespace callarchive
