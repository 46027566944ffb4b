#include "simulator/http_front.h"

#include "base/check.h"
#include "simulator/query_text.h"

#include <errno.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace callarchive::simulator {
namespace {

constexpr Milliseconds idle_timeout = Seconds{120};
constexpr Milliseconds stall_time = std::chrono::minutes{10};
constexpr Milliseconds trickle_wait{50};
constexpr std::size_t trickle_bytes = 24;
constexpr std::size_t head_max = std::size_t{64} << 10U;
constexpr std::size_t body_max = std::size_t{8} << 20U;
constexpr std::size_t endless_max = std::size_t{8} << 30U;
constexpr std::size_t endless_piece = std::size_t{64} << 10U;

struct FreeAddresses {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

Error cannot_listen(const std::string& address, std::string_view why) {
    return Error{ErrorKind::invalid_input, fmt::format("cannot listen on {}: {}", address, why)};
}

/// Reads a chunked body that begins at `at`; nothing where it is malformed, too large or cut off.
std::optional<std::string> read_chunked(Stream& stream, std::string& buffer, std::size_t& at) {
    std::string body;
    while (body.size() <= body_max) {
        std::size_t line_end = 0;
        while ((line_end = buffer.find("\r\n", at)) == std::string::npos) {
            if (!stream.read_some(buffer, idle_timeout)) return std::nullopt;
        }
        std::size_t size = 0;
        const auto [end, error] =
            std::from_chars(buffer.data() + at, buffer.data() + line_end, size, 16);
        if (error != std::errc{} || size > body_max) return std::nullopt;
        at = line_end + 2;
        while (buffer.size() < at + size + 2) {
            if (!stream.read_some(buffer, idle_timeout)) return std::nullopt;
        }
        body.append(buffer, at, size);
        at += size + 2;
        if (size == 0) return body;
    }
    return std::nullopt;
}

bool trickle(Stream& stream, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, trickle_bytes);
        if (!stream.write_all(piece) || !stream.pause_for(trickle_wait)) return false;
        bytes.remove_prefix(piece.size());
    }
    return true;
}

void send_endless(Stream& stream, std::string_view head, const std::string& body) {
    std::string piece;
    while (piece.size() < endless_piece)
        piece += body.empty() ? "{}" : body;
    const std::string chunk = fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
    if (!stream.write_all(head)) return;
    for (std::size_t sent = 0; sent < endless_max; sent += piece.size()) {
        if (!stream.write_all(chunk)) return;
    }
}

}  // namespace

HttpFront::HttpFront(Handler handler)
    : handler_(std::move(handler)), stop_fd_(eventfd(0, EFD_CLOEXEC)) {
    CHECK(stop_fd_ >= 0);
}

HttpFront::~HttpFront() {
    stop();
    close(stop_fd_);
}

Result<int> HttpFront::listen(const std::string& address, SSL_CTX* context) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos) return cannot_listen(address, "it is not HOST:PORT");
    std::string host = address.substr(0, colon);
    if (host.size() > 1 && host.front() == '[') host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int failure =
        getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found);
    if (failure != 0) return cannot_listen(address, gai_strerror(failure));
    const std::unique_ptr<addrinfo, FreeAddresses> list{found};
    const int fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return cannot_listen(address, strerror(errno));
    listener_fds_.push_back(fd);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, list->ai_addr, list->ai_addrlen) != 0 || ::listen(fd, 512) != 0) {
        return cannot_listen(address, strerror(errno));
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    std::array<char, NI_MAXSERV> port{};
    getnameinfo(reinterpret_cast<sockaddr*>(&bound), size, nullptr, 0, port.data(), port.size(),
                NI_NUMERICSERV);
    listeners_.emplace_back([this, fd, context] { accept_all(fd, context); });
    return static_cast<int>(to_uint64(port.data()).value_or(0));
}

void HttpFront::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    const std::uint64_t one = 1;
    // Never read again, so that every wait from now on ends at once.
    static_cast<void>(!write(stop_fd_, &one, sizeof one));
    for (std::thread& listener : listeners_)
        listener.join();
    listeners_.clear();
    for (const int fd : listener_fds_)
        close(fd);
    listener_fds_.clear();
    std::unique_lock lock{mutex_};
    none_open_.wait(lock, [this] { return stats_.open == 0; });
}

void HttpFront::set_paused(bool paused) {
    paused_ = paused;
    if (!paused) return;
    const std::lock_guard lock{mutex_};
    for (const Connection* connection : open_) {
        if (!connection->controls) shutdown(connection->stream.fd(), SHUT_RDWR);
    }
}

ConnectionStats HttpFront::stats() const {
    const std::lock_guard lock{mutex_};
    return stats_;
}

void HttpFront::accept_all(int listener, SSL_CTX* context) {
    while (true) {
        std::array<pollfd, 2> watched{{{listener, POLLIN, 0}, {stop_fd_, POLLIN, 0}}};
        if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
        if (watched[1].revents != 0) return;
        if (watched[0].revents == 0) continue;
        const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            begin(fd, context);
        } else if (errno == EMFILE || errno == ENFILE) {
            // The backlog stays readable meanwhile, and a busy loop helps nobody.
            std::array<pollfd, 1> stop{{{stop_fd_, POLLIN, 0}}};
            poll(stop.data(), stop.size(), 50);
        }
    }
}

void HttpFront::begin(int fd, SSL_CTX* context) {
    auto connection = std::make_unique<Connection>(fd, stop_fd_);
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    ++stats_.accepted;
    stats_.open_peak = std::max(stats_.open_peak, ++stats_.open);
    open_.push_back(connection.get());
    std::thread([this, context, owned = std::move(connection)]() mutable {
        serve(*owned, context);
        {
            const std::lock_guard inner{mutex_};
            std::erase(open_, owned.get());
        }
        owned.reset();
        // Notified under the lock: stop() may destroy the front as soon as it is released.
        const std::lock_guard inner{mutex_};
        --stats_.open;
        none_open_.notify_all();
    }).detach();
}

void HttpFront::serve(Connection& connection, SSL_CTX* context) {
    if (context != nullptr && !connection.stream.accept_tls(context)) return;
    std::string buffer;
    while (serve_one(connection, buffer)) {
    }
}

bool HttpFront::serve_one(Connection& connection, std::string& buffer) {
    Stream& stream = connection.stream;
    std::size_t head_end = 0;
    while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
        if (buffer.size() > head_max || !stream.read_some(buffer, idle_timeout)) return false;
    }
    std::optional<HttpRequest> http = parse_head(std::string_view{buffer}.substr(0, head_end));
    Response bad;
    bad.status = 400;
    if (!http) return send(stream, bad, false);
    if (http->expects_continue && !stream.write_all("HTTP/1.1 100 Continue\r\n\r\n")) return false;
    std::size_t at = head_end + 4;
    if (http->chunked) {
        std::optional<std::string> body = read_chunked(stream, buffer, at);
        if (!body) return send(stream, bad, false);
        http->request.body = std::move(*body);
    } else {
        bad.status = 413;
        if (http->content_length > body_max) return send(stream, bad, false);
        while (buffer.size() < at + http->content_length) {
            if (!stream.read_some(buffer, idle_timeout)) return false;
        }
        http->request.body = buffer.substr(at, http->content_length);
        at += http->content_length;
    }
    buffer.erase(0, at);
    const bool controls = http->request.path.starts_with("/_sim/");
    {
        const std::lock_guard lock{mutex_};
        connection.controls = controls;
    }
    if (paused_ && !controls) {
        stream.reset();
        return false;
    }
    return send(stream, handler_(*http), http->keep_alive);
}

bool HttpFront::send(Stream& stream, const Response& response, bool keep_alive) const {
    if (response.delay.count() > 0 && !stream.pause_for(response.delay)) return false;
    const bool endless = response.transport == Transport::endless;
    std::string answer = write_head(response, keep_alive, endless);
    if (endless) {
        send_endless(stream, answer, response.body);
        return false;
    }
    answer += response.body;
    // A fault that cuts always leaves something out.
    const std::string_view part =
        std::string_view{answer}.substr(0, std::min(response.bytes, answer.size() - 1));
    switch (response.transport) {
        case Transport::normal:
            return stream.write_all(answer) && keep_alive;
        case Transport::trickle:
            return trickle(stream, answer) && keep_alive;
        case Transport::refuse:
            stream.reset();
            return false;
        case Transport::truncate:
            static_cast<void>(stream.write_all(part));
            return false;
        case Transport::reset:
            if (stream.write_all(part)) stream.reset();
            return false;
        case Transport::stall:
            if (stream.write_all(part)) static_cast<void>(stream.pause_for(stall_time));
            return false;
        case Transport::endless:
            return false;
    }
    return false;
}

}  // namespace callarchive::simulator
