#include "app/commands/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace callarchive {
namespace {

std::size_t columns_of_terminal(int fd) {
    if (::isatty(fd) == 0) return 0;
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

}  // namespace

// A closed pipe is an ordinary end of `callarchive query | head`, not a death by signal.
Output::Output() {
    std::signal(SIGPIPE, SIG_IGN);
}

Output::~Output() {
    std::fflush(stdout);
}

bool Output::write(std::string_view text) {
    if (failure_ != 0) return false;
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failure_ = errno;
    return failure_ == 0;
}

bool Output::flush() {
    if (failure_ == 0 && std::fflush(stdout) != 0) failure_ = errno;
    return failure_ == 0;
}

bool Output::is_closed() const {
    return failure_ == EPIPE;
}

bool Output::finish() {
    flush();
    if (failure_ == 0 || failure_ == EPIPE) return true;
    fmt::print(stderr, "callarchive: cannot write the answer: {}\n", std::strerror(failure_));
    return false;
}

std::size_t output_columns() {
    return columns_of_terminal(STDOUT_FILENO);
}

std::size_t error_columns() {
    return columns_of_terminal(STDERR_FILENO);
}

bool error_is_terminal() {
    const char* no_color = std::getenv("NO_COLOR");
    return ::isatty(STDERR_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace callarchive
