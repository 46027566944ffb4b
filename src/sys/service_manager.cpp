#include "sys/service_manager.h"

#include "sys/system_error.h"

#include <errno.h>
#include <fmt/format.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace callarchive {
namespace {

constexpr time_t send_seconds_max = 1;

std::optional<std::int64_t> number_in(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return std::nullopt;
    std::int64_t number = 0;
    const char* end = text + std::strlen(text);
    const auto [rest, error] = std::from_chars(text, end, number);
    if (error != std::errc{} || rest != end || number <= 0) return std::nullopt;
    return number;
}

/// Where no process is named, every one is meant (sd_watchdog_enabled(3)).
std::optional<Milliseconds> watchdog_limit_of_environment() {
    const auto limit = number_in("WATCHDOG_USEC");
    if (!limit) return std::nullopt;
    if (std::getenv("WATCHDOG_PID") != nullptr && number_in("WATCHDOG_PID") != ::getpid())
        return std::nullopt;
    return std::max(Milliseconds{1},
                    std::chrono::duration_cast<Milliseconds>(std::chrono::microseconds{*limit}));
}

Error unusable(std::string_view name, const std::string& reason) {
    return {ErrorKind::configuration,
            fmt::format("the service manager cannot be reached at $NOTIFY_SOCKET ({}): {}", name,
                        reason)};
}

/// One line: a newline in a value would begin another assignment.
std::string one_line(std::string_view text) {
    std::string line{text};
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\0'; }, ' ');
    return line;
}

}  // namespace

Result<ServiceManager> ServiceManager::from_environment() {
    ServiceManager manager;
    const char* variable = std::getenv("NOTIFY_SOCKET");
    if (variable == nullptr || *variable == '\0') return manager;
    const std::string name = variable;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name[0] != '/' && name[0] != '@')
        return unusable(name, "neither a path nor an abstract socket");
    // A path ends with a zero byte; an abstract name begins with one, and its length says where it
    // ends (unix(7)).
    const bool abstract = name[0] == '@';
    if (name.size() > sizeof address.sun_path - (abstract ? 0 : 1))
        return unusable(name, "the name is too long");
    std::memcpy(address.sun_path, name.data(), name.size());
    if (abstract) address.sun_path[0] = '\0';
    const auto length =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1));

    FileDescriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!socket.is_open()) return unusable(name, words_of_errno(errno));
    // A manager that reads nothing must not hold up the archive.
    const timeval limit{.tv_sec = send_seconds_max, .tv_usec = 0};
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0 ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
        return unusable(name, words_of_errno(errno));
    }
    manager.socket_ = std::move(socket);
    manager.watchdog_limit_ = watchdog_limit_of_environment();
    return manager;
}

Result<Done> ServiceManager::ready(std::string_view status) const {
    return send(fmt::format("READY=1\nSTATUS={}", one_line(status)));
}

Result<Done> ServiceManager::status(std::string_view text) const {
    return send(fmt::format("STATUS={}", one_line(text)));
}

Result<Done> ServiceManager::reloading() const {
    // CLOCK_MONOTONIC and no other: the manager compares it with the time it asked (sd_notify(3)).
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=reading the configuration",
                            now.tv_sec * 1'000'000 + now.tv_nsec / 1'000));
}

Result<Done> ServiceManager::stopping(std::string_view status) const {
    return send(fmt::format("STOPPING=1\nSTATUS={}", one_line(status)));
}

Result<Done> ServiceManager::sign_of_life() const {
    return send("WATCHDOG=1");
}

Result<Done> ServiceManager::extend_timeout(Milliseconds more, std::string_view status) const {
    return send(fmt::format("EXTEND_TIMEOUT_USEC={}\nSTATUS={}",
                            std::chrono::microseconds{more}.count(), one_line(status)));
}

Result<Done> ServiceManager::send(const std::string& message) const {
    if (!listens()) return Done{};
    ssize_t sent = 0;
    do {
        sent = ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent == static_cast<ssize_t>(message.size())) return Done{};
    return Error{ErrorKind::temporary,
                 fmt::format("the service manager cannot be told: {}", words_of_errno(errno))};
}

}  // namespace callarchive
