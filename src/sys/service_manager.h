#pragma once

#include "base/result.h"
#include "base/time.h"
#include "sys/file_descriptor.h"

#include <optional>
#include <string>
#include <string_view>

namespace callarchive {

/// The line to whoever supervises this process, in the protocol of sd_notify(3): datagrams of
/// `NAME=value` lines. Where nobody listens everything succeeds and does nothing. Several threads
/// may send. A datagram that cannot be delivered within a second is given up.
class ServiceManager {
  public:
    /// Nobody listens.
    ServiceManager() = default;
    /// Finds the line in $NOTIFY_SOCKET (a path, or `@` and an abstract name), and in
    /// $WATCHDOG_USEC and $WATCHDOG_PID how often a sign of life is wanted of this process
    /// (sd_watchdog_enabled(3)). Fails where $NOTIFY_SOCKET names something else.
    [[nodiscard]] static Result<ServiceManager> from_environment();

    [[nodiscard]] bool listens() const { return socket_.is_open(); }
    /// After how long without a sign of life the process is taken for dead; empty: never.
    [[nodiscard]] std::optional<Milliseconds> watchdog_limit() const { return watchdog_limit_; }

    [[nodiscard]] Result<Done> ready(std::string_view status) const;
    /// One line for people, `systemctl status` shows it.
    [[nodiscard]] Result<Done> status(std::string_view text) const;
    [[nodiscard]] Result<Done> reloading() const;
    [[nodiscard]] Result<Done> stopping(std::string_view status) const;
    [[nodiscard]] Result<Done> sign_of_life() const;
    /// Starting or stopping goes on and will say so again, or be done, before `more` has passed.
    [[nodiscard]] Result<Done> extend_timeout(Milliseconds more, std::string_view status) const;

  private:
    [[nodiscard]] Result<Done> send(const std::string& message) const;

    FileDescriptor socket_;
    std::optional<Milliseconds> watchdog_limit_;
};

}  // namespace callarchive
