#pragma once

#include "app/config/config.h"
#include "base/result.h"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace callarchive {

/// What scripts rely on; see README.
struct ExitStatus {
    static constexpr int done = 0;
    static constexpr int failed = 1;
    static constexpr int wrong_usage = 2;
    static constexpr int needs_attention = 3;
    static constexpr int unusable_configuration = 78;
};

/// What stands before the command, and where the command leaves its exit status.
struct Invocation {
    std::optional<std::string> config;
    int status = ExitStatus::done;
};

/// Reads the configuration; on failure tells every problem on standard error, sets the status to 78
/// and gives back nothing.
[[nodiscard]] std::optional<Config> configured(Invocation& invocation, Secrets secrets);

/// Tells an error on standard error and gives back the status it means.
int tell(const Error& error);

/// Writes a text to standard output and gives back the status of having done so.
int print(const std::string& text);

// Each adds one command to the program; its callback leaves the status in the invocation.
void add_run(CLI::App& program, Invocation& invocation);
void add_sync(CLI::App& program, Invocation& invocation);
void add_status(CLI::App& program, Invocation& invocation);
void add_gaps(CLI::App& program, Invocation& invocation);
void add_query(CLI::App& program, Invocation& invocation);
void add_export(CLI::App& program, Invocation& invocation);
void add_stats(CLI::App& program, Invocation& invocation);
void add_show(CLI::App& program, Invocation& invocation);
void add_verify(CLI::App& program, Invocation& invocation);
void add_backup(CLI::App& program, Invocation& invocation);
void add_forget(CLI::App& program, Invocation& invocation);
void add_migrate(CLI::App& program, Invocation& invocation);
void add_check_config(CLI::App& program, Invocation& invocation);
void add_doctor(CLI::App& program, Invocation& invocation);
void add_usersig(CLI::App& program, Invocation& invocation);
void add_version(CLI::App& program, Invocation& invocation);
void add_healthcheck(CLI::App& program, Invocation& invocation);
void add_reference(CLI::App& program, Invocation& invocation);
void add_help(CLI::App& program, Invocation& invocation);

}  // namespace callarchive
