#include "app/http/listener.h"

#include "app/config/address.h"
#include "app/text/printable.h"

#include <fmt/format.h>
#include <httplib.h>

#include <atomic>
#include <thread>
#include <utility>

namespace callarchive {
namespace {

// Scrapes and health checks are few; what does not fit waits its turn.
constexpr std::size_t threads = 2;
constexpr std::size_t request_bytes_max = 8192;

void answer(httplib::Response& response, const Health::Verdict& verdict) {
    response.status = verdict.good ? 200 : 503;
    response.set_content(verdict.json, "application/json");
}

}  // namespace

struct Listener::State {
    httplib::Server server;
    std::thread thread;
    std::atomic<bool> ended = false;
    int port = 0;
};

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() {
    state_->server.stop();
    if (state_->thread.joinable()) state_->thread.join();
}

int Listener::port() const {
    return state_->port;
}

Result<std::unique_ptr<Listener>> Listener::start(const std::string& listen, const Metrics& metrics,
                                                  const Health& health, const Clock& clock) {
    const auto address = parse_host_port(listen);
    if (!address || !address->port) {
        return Error{ErrorKind::configuration,
                     fmt::format("http.listen: '{}' is no HOST:PORT, e.g. 127.0.0.1:9177",
                                 printable(listen))};
    }
    auto state = std::make_unique<State>();
    httplib::Server& server = state->server;
    server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
    // The library would also set SO_REUSEPORT, with which two daemons share one port unnoticed.
    server.set_socket_options([](socket_t socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server.set_payload_max_length(request_bytes_max);
    server.set_read_timeout(5);
    server.set_write_timeout(5);
    server.set_keep_alive_timeout(2);
    server.Get("/metrics", [&metrics](const httplib::Request&, httplib::Response& response) {
        response.set_content(metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
    });
    server.Get("/healthz", [&](const httplib::Request&, httplib::Response& response) {
        answer(response, health.alive(clock.monotonic()));
    });
    server.Get("/readyz", [&](const httplib::Request&, httplib::Response& response) {
        answer(response, health.ready(moment_of(clock.wall())));
    });
    state->port = *address->port;
    const bool bound = state->port == 0 ? (state->port = server.bind_to_any_port(address->host)) > 0
                                        : server.bind_to_port(address->host, state->port);
    if (!bound) {
        // Not the configuration's fault for certain: after a start of the machine an address may
        // come up late, after one of the daemon a port may still be held.
        return Error{ErrorKind::temporary,
                     fmt::format("cannot listen on {} (http.listen): the address is in use or not "
                                 "this machine's; choose another, or \"\" to turn it off",
                                 listen)};
    }
    state->thread = std::thread{[&server, &ended = state->ended] {
        server.listen_after_bind();
        ended = true;
    }};
    // Told to stop before its thread listens the library hears nothing, and listens for ever.
    while (!server.is_running() && !state->ended)
        std::this_thread::yield();
    return std::unique_ptr<Listener>{new Listener{std::move(state)}};
}

}  // namespace callarchive
