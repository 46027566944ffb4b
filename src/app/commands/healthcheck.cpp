#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/config/address.h"

#include <fmt/format.h>
#include <httplib.h>

#include <string>

namespace callarchive {
namespace {

constexpr int timeout_seconds = 3;

/// Where a listener on all addresses answers this machine.
std::string reachable(const std::string& host) {
    if (host == "0.0.0.0") return "127.0.0.1";
    if (host == "::") return "::1";
    return host;
}

int healthcheck(Invocation& invocation) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    if (config->listen.empty()) {
        fmt::print(stderr, "callarchive: http.listen is \"\": nobody can be asked\n");
        return ExitStatus::done;
    }
    const auto address = parse_host_port(config->listen);
    if (!address || !address->port) return ExitStatus::unusable_configuration;
    // Without libcurl, which would ask a proxy of the environment.
    httplib::Client client{reachable(address->host), *address->port};
    client.set_connection_timeout(timeout_seconds);
    client.set_read_timeout(timeout_seconds);
    const auto answer = client.Get("/healthz");
    if (!answer) {
        return tell({ErrorKind::temporary,
                     fmt::format("nothing answers on {} (http.listen): {}", config->listen,
                                 httplib::to_string(answer.error()))});
    }
    fmt::print(stderr, "{}", answer->body);
    return answer->status == 200 ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

void add_healthcheck(CLI::App& program, Invocation& invocation) {
    // Hidden: for the image's HEALTHCHECK.
    CommandSyntax command{program, "healthcheck",
                          "Asks a running daemon's /healthz: 0 where all is well"};
    command.hidden();
    command.runs([&invocation] { invocation.status = healthcheck(invocation); });
}

}  // namespace callarchive
