#include "app/http/listener.h"

#include "app/config/address.h"
#include "app/text/printable.h"

#include <fmt/format.h>

#include <utility>

namespace callarchive {
namespace {

SmallAnswer answer_of(const Health::Verdict& verdict) {
    return {.status = verdict.good ? 200 : 503,
            .content_type = "application/json",
            .body = verdict.json};
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::start(const std::string& listen, const Metrics& metrics,
                                                  const Health& health, const Clock& clock) {
    const auto address = parse_host_port(listen);
    if (!address || !address->port) {
        return Error{ErrorKind::configuration,
                     fmt::format("http.listen: '{}' is no HOST:PORT, e.g. 127.0.0.1:9177",
                                 printable(listen))};
    }
    const auto answering = [&](std::string_view path) -> SmallAnswer {
        if (path == "/metrics") {
            return {.status = 200,
                    .content_type = "text/plain; version=0.0.4; charset=utf-8",
                    .body = metrics.text()};
        }
        if (path == "/healthz") return answer_of(health.alive(clock.monotonic()));
        if (path == "/readyz") return answer_of(health.ready(moment_of(clock.wall())));
        return {.status = 404, .content_type = {}, .body = {}};
    };
    auto server = SmallServer::start(address->host, *address->port, clock, answering);
    if (!server.ok()) {
        // Not the configuration's fault for certain: after a start of the machine an address may
        // come up late, after one of the daemon a port may still be held.
        return Error{ErrorKind::temporary,
                     fmt::format("cannot listen on {} (http.listen): {}; choose another, or \"\" "
                                 "to turn it off",
                                 printable(listen), server.error().message)};
    }
    return std::unique_ptr<Listener>{new Listener{std::move(server).value()}};
}

}  // namespace callarchive
