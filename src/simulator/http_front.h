#pragma once

#include "base/result.h"
#include "simulator/http_text.h"
#include "simulator/stream.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace callarchive::simulator {

struct ConnectionStats {
    std::uint64_t accepted = 0;
    std::uint64_t open = 0;
    std::uint64_t open_peak = 0;
};

/// An HTTP/1.1 server that does to an answer what its Response says: cut it, slow it down, reset
/// the connection. One thread for each connection, because a stalled one must not hold up others.
/// (A server library would hide the socket, which the faults need.)
class HttpFront {
  public:
    using Handler = std::function<Response(const HttpRequest&)>;

    /// The handler is called from many threads at once.
    explicit HttpFront(Handler handler);
    HttpFront(const HttpFront&) = delete;
    HttpFront& operator=(const HttpFront&) = delete;
    ~HttpFront();

    /// Listens on `host:port`, where port 0 takes any; gives the port. A null context means plain
    /// HTTP; else it must outlive the front.
    [[nodiscard]] Result<int> listen(const std::string& address, SSL_CTX* context);

    /// Ends all connections and threads; idempotent.
    void stop();

    /// While paused, open connections are dropped and each new request but those under /_sim/ is
    /// answered by a reset.
    void set_paused(bool paused);
    [[nodiscard]] ConnectionStats stats() const;

  private:
    struct Connection {
        Connection(int fd, int stop_fd) : stream(fd, stop_fd) {}

        Stream stream;
        bool controls = false;  ///< carries requests to /_sim/
    };

    void accept_all(int listener, SSL_CTX* context);
    void begin(int fd, SSL_CTX* context);
    void serve(Connection& connection, SSL_CTX* context);
    [[nodiscard]] bool serve_one(Connection& connection, std::string& buffer);
    /// False where the connection is to be closed.
    [[nodiscard]] bool send(Stream& stream, const Response& response, bool keep_alive) const;

    Handler handler_;
    int stop_fd_;
    std::vector<std::thread> listeners_;
    std::vector<int> listener_fds_;
    std::atomic<bool> paused_{false};

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable none_open_;
    std::vector<Connection*> open_;
    ConnectionStats stats_;
    bool stopping_ = false;
};

}  // namespace callarchive::simulator
