#pragma once

#include "net/curl_http.h"
#include "sys/file_descriptor.h"
#include "sys/system_clock.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace callarchive {

/// Stands in for a UserSig and must never be seen in a message.
inline constexpr std::string_view canary = "canaryCanaryCANARY";

inline Secret url_of(int port, const std::string& scheme = "http") {
    return Secret{scheme + "://127.0.0.1:" + std::to_string(port) +
                  "/v1/path?usersig=" + std::string{canary}};
}

inline HttpRequest request_to(int port, Milliseconds timeout = Seconds{10},
                              std::uint64_t bytes_max = 1 << 20) {
    return {.url = url_of(port), .body = "{}", .timeout = timeout, .answer_bytes_max = bytes_max};
}

/// Collects completions until there are `count`, or ten seconds have passed.
inline std::vector<HttpCompletion> collect(Http& http, std::size_t count) {
    const SystemClock clock;
    const Monotonic end = clock.monotonic() + Seconds{10};
    std::vector<HttpCompletion> all;
    while (all.size() < count && clock.monotonic() < end) {
        for (HttpCompletion& each : http.wait(Seconds{1})) {
            all.push_back(std::move(each));
        }
    }
    return all;
}

/// The outcome of one request, which must come.
inline HttpCompletion exchange(Http& http, HttpRequest request) {
    http.start(1, std::move(request));
    auto all = collect(http, 1);
    if (all.size() == 1) return std::move(all.front());
    return {.ticket = 0,
            .outcome = HttpFailure{HttpFailureKind::broken, "nothing came"},
            .sent = {},
            .received = {}};
}

/// A real HTTP server for a test, on a port of its own.
template <typename Server>
class Running {
  public:
    template <typename... Arguments>
    explicit Running(httplib::Server::Handler handler, Arguments... arguments)
        : server_(arguments...) {
        server_.Get(".*", handler);
        server_.Post(".*", std::move(handler));
        server_.set_keep_alive_max_count(1000);
        port_ = server_.bind_to_any_port("127.0.0.1");
        thread_ = std::thread{[this] { server_.listen_after_bind(); }};
        while (!server_.is_running())
            std::this_thread::yield();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        server_.stop();
        thread_.join();
    }
    [[nodiscard]] int port() const { return port_; }

  private:
    Server server_;
    int port_ = 0;
    std::thread thread_;
};
using HttpServer = Running<httplib::Server>;

inline sockaddr_in loopback_address(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

/// Listens on a port that is free.
class LoopbackListener {
  public:
    LoopbackListener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address = loopback_address(0);
        socklen_t size = sizeof address;
        if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(socket_.get(), 4) != 0) {
            throw std::runtime_error{"no port to listen on"};
        }
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    [[nodiscard]] int port() const { return port_; }
    /// The next connection; none once stop() was called.
    [[nodiscard]] FileDescriptor accept() const {
        return FileDescriptor{::accept(socket_.get(), nullptr, nullptr)};
    }
    void stop() { ::shutdown(socket_.get(), SHUT_RDWR); }

  private:
    FileDescriptor socket_;
    int port_ = 0;
};

/// Answers the one connection it takes with the bytes given, whatever was asked, and hangs up; with
/// no bytes it stays silent until its end.
class RawServer {
  public:
    explicit RawServer(std::string answer)
        : answer_(std::move(answer)), thread_([this] { serve(); }) {}
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    ~RawServer() {
        listener_.stop();
        thread_.join();
    }
    [[nodiscard]] int port() const { return listener_.port(); }

  private:
    void serve() {
        const FileDescriptor connection = listener_.accept();
        if (!connection.is_open()) return;
        char request[4096];
        if (::recv(connection.get(), request, sizeof request, 0) <= 0) return;
        if (answer_.empty()) {
            // Ends when the client hangs up.
            while (::recv(connection.get(), request, sizeof request, 0) > 0) {
            }
            return;
        }
        static_cast<void>(::send(connection.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL));
    }

    std::string answer_;
    LoopbackListener listener_;
    std::thread thread_;
};

/// A port that nobody listens on.
inline int closed_port() {
    return RawServer{"x"}.port();
}

}  // namespace callarchive
