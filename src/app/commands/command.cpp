#include "app/commands/command.h"

#include "app/commands/terminal.h"
#include "app/log/log.h"

#include <fmt/format.h>

#include <cstdio>

namespace callarchive {

std::optional<Config> configured(Invocation& invocation, Secrets secrets) {
    auto loaded = load_config(invocation.config, environment_of_process(), secrets);
    if (auto* config = std::get_if<Config>(&loaded)) {
        for (const Problem& warning : config->warnings)
            fmt::print(stderr, "{}{} (warning)\n", journal_priority(LogLevel::warn),
                       warning.line());
        return std::move(*config);
    }
    const auto& problems = std::get<std::vector<Problem>>(loaded);
    const std::string priority = journal_priority(LogLevel::error);
    for (const Problem& problem : problems)
        fmt::print(stderr, "{}{}\n", priority, problem.line());
    fmt::print(stderr, "{}callarchive: the configuration is unusable ({} problem{})\n", priority,
               problems.size(), problems.size() == 1 ? "" : "s");
    invocation.status = ExitStatus::unusable_configuration;
    return std::nullopt;
}

int tell(const Error& error) {
    fmt::print(stderr, "{}callarchive: {}\n", journal_priority(LogLevel::error), error.message);
    return error.kind == ErrorKind::invalid_input ? ExitStatus::wrong_usage : ExitStatus::failed;
}

int print(const std::string& text) {
    Output out;
    out.write(text);
    return out.finish() ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace callarchive
