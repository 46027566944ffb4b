#include "app/http/ask.h"

#include "sys/file_descriptor.h"
#include "sys/system_error.h"

#include <errno.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <memory>

namespace callarchive {
namespace {

constexpr std::size_t answer_bytes_max = 64UL * 1024;

struct FreeAddresses {
    void operator()(addrinfo* all) const noexcept { ::freeaddrinfo(all); }
};

Error failed(std::string_view step, int error) {
    return {ErrorKind::temporary, fmt::format("{}: {}", step, words_of_errno(error))};
}

/// Waits until the socket can do this; gives back an errno, 0 for none.
int wait_for(const FileDescriptor& socket, short events, Milliseconds at_most) {
    pollfd polled{.fd = socket.get(), .events = events, .revents = 0};
    int ready = 0;
    do {
        ready = ::poll(&polled, 1, static_cast<int>(at_most.count()));
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return errno;
    return ready == 0 ? ETIMEDOUT : 0;
}

Result<FileDescriptor> connected_to(const addrinfo& address, Milliseconds at_most) {
    FileDescriptor socket{::socket(address.ai_family,
                                   address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                   address.ai_protocol)};
    if (!socket.is_open()) return failed("no socket", errno);
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
    if (errno != EINPROGRESS) return failed("connecting", errno);
    if (const int error = wait_for(socket, POLLOUT, at_most); error != 0) {
        return failed("connecting", error);
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return failed("connecting", error);
    return socket;
}

Result<FileDescriptor> connected_to(const std::string& host, int port, Milliseconds at_most) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    const std::unique_ptr<addrinfo, FreeAddresses> all{found};
    if (code != 0) return Error{ErrorKind::temporary, ::gai_strerror(code)};
    Result<FileDescriptor> socket{Error{ErrorKind::temporary, "no address"}};
    for (const addrinfo* each = all.get(); each != nullptr; each = each->ai_next) {
        socket = connected_to(*each, at_most);
        if (socket.ok()) break;
    }
    return socket;
}

}  // namespace

Result<AskedAnswer> read_answer(std::string_view bytes) {
    const Error no_http{ErrorKind::temporary, "the answer is no HTTP/1.1"};
    // HTTP/1.1 200 OK
    constexpr std::size_t status_at = 9;
    const auto end = bytes.find("\r\n\r\n");
    if (!bytes.starts_with("HTTP/1.") || end == std::string_view::npos || end < status_at + 3) {
        return no_http;
    }
    AskedAnswer answer;
    const char* const digits = bytes.data() + status_at;
    const auto [rest, error] = std::from_chars(digits, digits + 3, answer.status);
    if (error != std::errc{} || rest != digits + 3) return no_http;
    answer.body = bytes.substr(end + 4);
    return answer;
}

Result<AskedAnswer> ask(const std::string& host, int port, std::string_view path,
                        Milliseconds at_most) {
    auto connected = connected_to(host, port, at_most);
    if (!connected.ok()) return std::move(connected).error();
    const FileDescriptor& socket = *connected;
    const std::string request =
        fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n", path,
                    host.find(':') == std::string::npos ? host : "[" + host + "]", port);
    // So few bytes fit into the buffer of a connection that is new.
    if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
        return failed("asking", errno);
    }
    std::string answer;
    std::array<char, 4096> bytes;
    while (answer.size() < answer_bytes_max) {
        if (const int error = wait_for(socket, POLLIN, at_most); error != 0) {
            return failed("waiting for the answer", error);
        }
        const ssize_t count = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
        if (count == 0) break;
        if (count < 0) return failed("reading the answer", errno);
        answer.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return read_answer(answer);
}

}  // namespace callarchive
