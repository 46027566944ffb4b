#pragma once

#include "base/result.h"
#include "sys/file_descriptor.h"

#include <signal.h>

#include <optional>

namespace callarchive {

enum class SignalKind { terminate, interrupt, hangup };

/// A SIGHUP waits until somebody receives it, for one that comes before the daemon listens would
/// end it. To be called before any thread is started.
void hold_hangups();

/// SIGTERM, SIGINT and SIGHUP as something to be read, instead of something that interrupts;
/// SIGPIPE is ignored. Make it before any thread is started, for threads inherit what is blocked.
/// Its end puts back what was blocked before.
class Signals {
  public:
    [[nodiscard]] static Result<Signals> receive();
    Signals(Signals&&) noexcept = default;
    Signals& operator=(Signals&&) = delete;
    ~Signals();

    /// Readable while a signal waits to be taken.
    [[nodiscard]] int fd() const { return fd_.get(); }

    /// The next signal, if there is one; never waits.
    [[nodiscard]] std::optional<SignalKind> take();

  private:
    Signals(FileDescriptor fd, sigset_t blocked_before)
        : fd_(std::move(fd)), blocked_before_(blocked_before) {}

    FileDescriptor fd_;
    sigset_t blocked_before_;
};

}  // namespace callarchive
