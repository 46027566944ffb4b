#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/progress.h"
#include "app/commands/terminal.h"
#include "app/commands/writing.h"
#include "app/log/logging_observer.h"
#include "app/log/observers.h"
#include "engine/engine.h"
#include "sys/entropy.h"

#include <fmt/format.h>

namespace callarchive {
namespace {

// Signals wake the network's wait; this only bounds how old the progress line gets.
constexpr Milliseconds step_max{250};

Seconds remaining_in(Engine& engine) {
    Seconds remaining{0};
    for (const SourceReport& report : engine.report())
        remaining += report.remaining;
    return remaining;
}

bool gaps_need_attention(Engine& engine) {
    for (const SourceReport& report : engine.report()) {
        if (report.unread_gaps_unacknowledged) return true;
    }
    return false;
}

int sync(Invocation& invocation) {
    const auto config = configured(invocation, Secrets::needed);
    if (!config) return invocation.status;
    // A pass talks by its progress and its last line; what goes wrong is logged as usual.
    Log log{config->log_level == "info" ? "warn" : config->log_level, config->log_format};
    Writing writing;
    auto begun = writing.begin(*config);
    if (!begun.ok()) return tell(begun.error());

    Progress progress{writing.clock, error_is_terminal()};
    LoggingObserver logging{log, writing.clock};
    Observers observers;
    observers.add(progress);
    observers.add(logging);
    Engine engine{*writing.archive, writing.clock, *writing.http,
                  observers,        Mode::pass,    random_seed()};
    auto configured_engine = engine.configure(config->sources());
    if (!configured_engine.ok()) return tell(configured_engine.error());

    progress.begin(remaining_in(engine));
    bool interrupted = false;
    while (!engine.finished() && !interrupted) {
        engine.step(step_max);
        while (const auto signal = writing.signals->take()) {
            interrupted |= *signal != SignalKind::hangup;
        }
        if (!progress.due()) continue;
        Seconds remaining{0};
        for (const SourceReport& report : engine.report())
            remaining += report.remaining;
        progress.show(remaining);
    }
    progress.clear();
    if (const Error* failure = engine.storage_failure()) return tell(*failure);
    // Asked before stop(): a stopped engine has no applications that could have given up.
    const bool gave_up = engine.gave_up();
    const bool loss = gaps_need_attention(engine);
    const auto stopped = engine.stop();
    fmt::print(stderr, "{}\n", progress.summary());
    if (!stopped.ok()) return tell(stopped.error());
    if (interrupted) {
        fmt::print(stderr, "callarchive: interrupted; what was read whole is kept\n");
        return ExitStatus::needs_attention;
    }
    if (gave_up) {
        fmt::print(stderr,
                   "callarchive: not every window could be read; the next pass tries again\n");
    }
    if (loss) {
        fmt::print(stderr, "callarchive: calls may be lost: see `callarchive gaps`\n");
    }
    return gave_up || loss ? ExitStatus::needs_attention : ExitStatus::done;
}

}  // namespace

void add_sync(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "sync", "One pass: reads all that is due, then exits"};
    command.runs([&invocation] { invocation.status = sync(invocation); });
}

}  // namespace callarchive
