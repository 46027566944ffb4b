#include "simulator/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace callarchive::simulator {
namespace {

constexpr Milliseconds handshake_timeout = Seconds{10};
constexpr Milliseconds write_timeout = Seconds{600};

}  // namespace

Stream::Stream(int fd, int stop_fd) : fd_(fd), stop_fd_(stop_fd) {
    const int on = 1;
    // Without it the second small write of an answer waits for the first one's acknowledgement.
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
}

Stream::~Stream() {
    if (ssl_) SSL_shutdown(ssl_.get());
    close(fd_);
}

bool Stream::accept_tls(SSL_CTX* context) {
    ssl_.reset(SSL_new(context));
    if (!ssl_ || SSL_set_fd(ssl_.get(), fd_) != 1) return false;
    while (true) {
        ERR_clear_error();
        const int result = SSL_accept(ssl_.get());
        if (result == 1) return true;
        if (!wait_for_tls(result, handshake_timeout)) return false;
    }
}

bool Stream::read_some(std::string& buffer, Milliseconds timeout) {
    std::array<char, 16'384> piece;
    while (true) {
        if (ssl_) {
            ERR_clear_error();
            const int got = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
            if (got > 0) {
                buffer.append(piece.data(), static_cast<std::size_t>(got));
                return true;
            }
            if (!wait_for_tls(got, timeout)) return false;
            continue;
        }
        const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
        if (got > 0) {
            buffer.append(piece.data(), static_cast<std::size_t>(got));
            return true;
        }
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) return false;
        if (!wait_for(POLLIN, timeout)) return false;
    }
}

bool Stream::write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        if (ssl_) {
            ERR_clear_error();
            const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 30U));
            const int sent = SSL_write(ssl_.get(), bytes.data(), size);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (!wait_for_tls(sent, write_timeout)) {
                return false;
            }
            continue;
        }
        const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if ((errno != EAGAIN && errno != EINTR) || !wait_for(POLLOUT, write_timeout)) {
            return false;
        }
    }
    return true;
}

bool Stream::pause_for(Milliseconds duration) {
    std::array<pollfd, 2> watched{{{fd_, POLLRDHUP, 0}, {stop_fd_, POLLIN, 0}}};
    return poll(watched.data(), watched.size(), static_cast<int>(duration.count())) == 0;
}

void Stream::reset() {
    const linger at_once{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    // Freed without a farewell, which would reach the peer before the reset.
    ssl_.reset();
}

bool Stream::wait_for(short events, Milliseconds timeout) {
    std::array<pollfd, 2> watched{{{fd_, events, 0}, {stop_fd_, POLLIN, 0}}};
    const int ready = poll(watched.data(), watched.size(), static_cast<int>(timeout.count()));
    if (ready < 0) return errno == EINTR;
    return ready > 0 && watched[1].revents == 0;
}

bool Stream::wait_for_tls(int result, Milliseconds timeout) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return wait_for(POLLIN, timeout);
        case SSL_ERROR_WANT_WRITE:
            return wait_for(POLLOUT, timeout);
        default:
            // Its state is broken: no farewell may be sent on it.
            SSL_set_quiet_shutdown(ssl_.get(), 1);
            return false;
    }
}

}  // namespace callarchive::simulator
