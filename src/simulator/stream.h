#pragma once

#include "base/time.h"

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive::simulator {

struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

/// One accepted connection, plain or TLS. Every wait ends when `stop_fd` becomes readable.
class Stream {
  public:
    /// Takes the descriptor over. `stop_fd` must outlive the stream.
    Stream(int fd, int stop_fd);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    /// Closes in order, unless reset() came before.
    ~Stream();

    /// The TLS handshake; false where it fails.
    [[nodiscard]] bool accept_tls(SSL_CTX* context);

    /// Appends what comes next to `buffer`; false at the end, on an error, after `timeout` and on
    /// stop.
    [[nodiscard]] bool read_some(std::string& buffer, Milliseconds timeout);
    /// False where the peer is gone or the program stops.
    [[nodiscard]] bool write_all(std::string_view bytes);
    /// Does nothing for so long; false where the peer went away or the program stops meanwhile.
    [[nodiscard]] bool pause_for(Milliseconds duration);
    /// Closes so that the peer sees "connection reset".
    void reset();

    [[nodiscard]] int fd() const { return fd_; }

  private:
    [[nodiscard]] bool wait_for(short events, Milliseconds timeout);
    /// After an incomplete TLS operation: waits for what it needs; false where it failed.
    [[nodiscard]] bool wait_for_tls(int result, Milliseconds timeout);

    int fd_;
    int stop_fd_;
    std::unique_ptr<SSL, SslFree> ssl_;
};

}  // namespace callarchive::simulator
