#include "sys/signals.h"

#include "sys/system_error.h"

#include <errno.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sys/signalfd.h>

namespace callarchive {
namespace {

sigset_t received_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

void hold_hangups() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    // Fails for an unknown way of blocking alone (pthread_sigmask(3)).
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Result<Signals> Signals::receive() {
    const sigset_t received = received_signals();
    sigset_t before;
    if (const int error = ::pthread_sigmask(SIG_BLOCK, &received, &before); error != 0) {
        return Error{ErrorKind::temporary,
                     fmt::format("signals cannot be blocked: {}", words_of_errno(error))};
    }
    FileDescriptor fd{::signalfd(-1, &received, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!fd.is_open()) {
        const int error = errno;
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return Error{ErrorKind::temporary,
                     fmt::format("signals cannot be received: {}", words_of_errno(error))};
    }
    // Writing to a connection or pipe that the other side closed is an error to handle, not an end.
    ::signal(SIGPIPE, SIG_IGN);
    return Signals{std::move(fd), before};
}

Signals::~Signals() {
    if (fd_.is_open()) ::pthread_sigmask(SIG_SETMASK, &blocked_before_, nullptr);
}

std::optional<SignalKind> Signals::take() {
    signalfd_siginfo info{};
    ssize_t count = 0;
    do {
        count = ::read(fd_.get(), &info, sizeof info);
    } while (count < 0 && errno == EINTR);
    if (count != static_cast<ssize_t>(sizeof info)) return std::nullopt;
    if (info.ssi_signo == SIGTERM) return SignalKind::terminate;
    if (info.ssi_signo == SIGINT) return SignalKind::interrupt;
    return SignalKind::hangup;
}

}  // namespace callarchive
