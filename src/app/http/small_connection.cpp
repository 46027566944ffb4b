#include "app/http/small_connection.h"

#include <errno.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <string_view>
#include <utility>

namespace callarchive {
namespace {

constexpr std::size_t head_bytes_max = 8192;

std::string_view words_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 400:
            return "Bad Request";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        default:
            return "Unknown";
    }
}

std::string reply_of(const SmallAnswer& answer, bool with_body) {
    std::string reply = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, words_of(answer.status));
    if (!answer.content_type.empty()) {
        reply += fmt::format("Content-Type: {}\r\n", answer.content_type);
    }
    if (answer.status == 405) reply += "Allow: GET, HEAD\r\n";
    // One request a connection: nothing is left to go wrong between two of them.
    reply += fmt::format("Content-Length: {}\r\nConnection: close\r\n\r\n", answer.body.size());
    if (with_body) reply += answer.body;
    return reply;
}

SmallAnswer failure(int status) {
    return {.status = status, .content_type = {}, .body = {}};
}

/// Where the head of a request ends; npos while it has not. Bare line feeds are taken too
/// (RFC 9112, 2.2).
std::size_t end_of_head(std::string_view request) {
    for (const std::string_view end : {"\r\n\r\n", "\n\n"}) {
        const auto found = request.find(end);
        if (found != std::string_view::npos) return found + end.size();
    }
    return std::string_view::npos;
}

bool is_temporary(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

std::string small_reply(std::string_view head, const SmallServer::Answering& answering) {
    std::string_view line = head.substr(0, head.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    // METHOD SP TARGET SP VERSION (RFC 9112, 3).
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos || !line.substr(second + 1).starts_with("HTTP/1.")) {
        return reply_of(failure(400), true);
    }
    const std::string_view method = line.substr(0, first);
    std::string_view path = line.substr(first + 1, second - first - 1);
    if (!path.starts_with('/')) return reply_of(failure(400), true);
    path = path.substr(0, path.find('?'));
    if (method == "GET") return reply_of(answering(path), true);
    if (method == "HEAD") return reply_of(answering(path), false);
    return reply_of(failure(405), true);
}

SmallConnection::SmallConnection(FileDescriptor socket, Monotonic ends)
    : socket_(std::move(socket)), ends_(ends) {}

short SmallConnection::events() const {
    return step_ == Step::answering ? POLLOUT : POLLIN;
}

bool SmallConnection::go_on(const SmallServer::Answering& answering) {
    Met met = Met::more;
    while (met == Met::more)
        met = step_ == Step::answering ? write() : read(answering);
    return met != Met::the_end;
}

SmallConnection::Met SmallConnection::read(const SmallServer::Answering& answering) {
    std::array<char, 4096> bytes;
    const ssize_t count = ::recv(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0) return is_temporary(errno) ? Met::nothing_now : Met::the_end;
    if (count == 0) return Met::the_end;
    // What follows the request is read all the same: closing over unread bytes resets the
    // connection, and the other side may lose the answer with it (RFC 9112, 9.6).
    if (step_ == Step::closing) return Met::more;
    request_.append(bytes.data(), static_cast<std::size_t>(count));
    const std::size_t end = end_of_head(request_);
    if (end != std::string::npos) {
        reply_ = small_reply(std::string_view{request_}.substr(0, end), answering);
    } else if (request_.size() > head_bytes_max) {
        reply_ = reply_of(failure(431), true);
    } else {
        return Met::more;
    }
    request_.clear();
    step_ = Step::answering;
    return Met::more;
}

SmallConnection::Met SmallConnection::write() {
    const ssize_t count =
        ::send(fd(), reply_.data() + sent_, reply_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return is_temporary(errno) ? Met::nothing_now : Met::the_end;
    sent_ += static_cast<std::size_t>(count);
    if (sent_ < reply_.size()) return Met::more;
    if (::shutdown(fd(), SHUT_WR) != 0) return Met::the_end;
    step_ = Step::closing;
    return Met::more;
}

}  // namespace callarchive
