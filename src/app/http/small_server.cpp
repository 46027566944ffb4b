#include "app/http/small_server.h"

#include "app/http/small_connection.h"
#include "sys/file_descriptor.h"
#include "sys/system_error.h"

#include <errno.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <thread>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

// Scrapes and health checks are few; who comes later waits in the system's queue.
constexpr std::size_t connections_max = 32;
constexpr int waiting_max = 64;
constexpr Milliseconds connection_time_max{5'000};
constexpr Milliseconds accept_pause{200};

struct FreeAddresses {
    void operator()(addrinfo* all) const noexcept { ::freeaddrinfo(all); }
};

FileDescriptor bound_to(const addrinfo& address) {
    FileDescriptor socket{::socket(address.ai_family,
                                   address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                   address.ai_protocol)};
    if (!socket.is_open()) return {};
    const int yes = 1;
    const int no = 0;
    // Not SO_REUSEPORT, with which two daemons would share one port unnoticed.
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // [::] is everybody, whatever net.ipv6.bindv6only says.
    if (address.ai_family == AF_INET6) {
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    }
    if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0 ||
        ::listen(socket.get(), waiting_max) != 0) {
        return {};
    }
    return socket;
}

Result<FileDescriptor> listening_on(const std::string& host, int port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    const std::unique_ptr<addrinfo, FreeAddresses> all{found};
    if (code != 0) return Error{ErrorKind::configuration, ::gai_strerror(code)};
    int error = EADDRNOTAVAIL;
    for (const addrinfo* each = all.get(); each != nullptr; each = each->ai_next) {
        FileDescriptor socket = bound_to(*each);
        if (socket.is_open()) return socket;
        error = errno;
    }
    return Error{ErrorKind::configuration, words_of_errno(error)};
}

int port_of(const FileDescriptor& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    std::array<char, NI_MAXSERV> port{};
    if (::getnameinfo(reinterpret_cast<sockaddr*>(&address), size, nullptr, 0, port.data(),
                      port.size(), NI_NUMERICSERV) != 0) {
        return 0;
    }
    return std::atoi(port.data());
}

}  // namespace

class SmallServer::Loop {
  public:
    Loop(FileDescriptor listening, FileDescriptor stop, const Clock& clock, Answering answering)
        : listening_(std::move(listening)),
          stop_(std::move(stop)),
          clock_(clock),
          answering_(std::move(answering)),
          thread_([this] { run(); }) {}
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() {
        // Fails only when the counter is full, and then it is readable all the same.
        static_cast<void>(::eventfd_write(stop_.get(), 1));
        thread_.join();
    }

    [[nodiscard]] int port() const { return port_of(listening_); }

  private:
    void run() {
        std::vector<pollfd> polled;
        while (true) {
            const Monotonic now = clock_.monotonic();
            std::erase_if(connections_, [&](const auto& each) { return each->ends() <= now; });
            const bool accepts = connections_.size() < connections_max && accept_after_ <= now;
            polled.assign(1, {.fd = stop_.get(), .events = POLLIN, .revents = 0});
            polled.push_back(
                {.fd = accepts ? listening_.get() : -1, .events = POLLIN, .revents = 0});
            for (const auto& each : connections_)
                polled.push_back({.fd = each->fd(), .events = each->events(), .revents = 0});
            // A signal never comes here: the daemon's threads block them.
            static_cast<void>(::poll(polled.data(), polled.size(), timeout(now)));
            if (polled[0].revents != 0) return;
            for (std::size_t i = connections_.size(); i-- > 0;) {
                if (polled[i + 2].revents == 0 || connections_[i]->go_on(answering_)) continue;
                connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
            }
            if (polled[1].revents != 0) accept_one();
        }
    }

    /// Until something ends, in milliseconds; -1 where nothing does.
    [[nodiscard]] int timeout(Monotonic now) const {
        Monotonic first = Monotonic::max();
        if (accept_after_ > now) first = accept_after_;
        for (const auto& each : connections_)
            first = std::min(first, each->ends());
        if (first == Monotonic::max()) return -1;
        return static_cast<int>(std::max(first - now, Milliseconds{0}).count());
    }

    void accept_one() {
        const Monotonic now = clock_.monotonic();
        FileDescriptor socket{
            ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (socket.is_open()) {
            connections_.push_back(
                std::make_unique<SmallConnection>(std::move(socket), now + connection_time_max));
        } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            // Too many files are open, say: the socket stays readable, and asking again at once
            // would take a whole core.
            accept_after_ = now + accept_pause;
        }
    }

    FileDescriptor listening_, stop_;
    const Clock& clock_;
    Answering answering_;
    std::vector<std::unique_ptr<SmallConnection>> connections_;
    Monotonic accept_after_{};
    std::thread thread_;  ///< last: it uses the others
};

SmallServer::SmallServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
SmallServer::~SmallServer() = default;

int SmallServer::port() const {
    return loop_->port();
}

Result<std::unique_ptr<SmallServer>> SmallServer::start(const std::string& host, int port,
                                                        const Clock& clock, Answering answering) {
    auto listening = listening_on(host, port);
    if (!listening.ok()) return std::move(listening).error();
    FileDescriptor stop{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!stop.is_open()) return Error{ErrorKind::temporary, words_of_errno(errno)};
    return std::unique_ptr<SmallServer>{new SmallServer{std::make_unique<Loop>(
        std::move(listening).value(), std::move(stop), clock, std::move(answering))}};
}

}  // namespace callarchive
