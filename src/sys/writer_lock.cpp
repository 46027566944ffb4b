#include "sys/writer_lock.h"

#include "base/time_text.h"
#include "sys/beside.h"
#include "sys/system_error.h"
#include "sys/write_access.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive {
namespace {

namespace fs = std::filesystem;

Error cannot(std::string_view what, const fs::path& path, int error) {
    const bool full = error == ENOSPC || error == EDQUOT;
    return {full ? ErrorKind::storage_full : ErrorKind::storage,
            fmt::format("the lock file {} cannot be {}: {}", path.string(), what,
                        words_of_errno(error))};
}

/// The first line of the lock file, where it is a process's id.
std::optional<int> holder_of(int fd) {
    std::array<char, 64> text{};
    const ssize_t length = ::pread(fd, text.data(), text.size(), 0);
    if (length <= 0) return std::nullopt;
    int pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + length, pid);
    if (error != std::errc{} || pid <= 0) return std::nullopt;
    return pid;
}

/// The command's name and not its arguments, which may be anybody's secrets: the id may belong to
/// another process by now.
std::string command_of(int pid) {
    std::ifstream file{fmt::format("/proc/{}/comm", pid)};
    std::string name;
    std::getline(file, name);
    return name;
}

Error held(int fd, const fs::path& path) {
    std::string holder = "another process";
    if (const auto pid = holder_of(fd)) {
        const std::string command = command_of(*pid);
        holder = command.empty() ? fmt::format("process {}", *pid)
                                 : fmt::format("process {} ({})", *pid, command);
    }
    return {
        ErrorKind::locked,
        fmt::format("{} already writes this archive (lock file {}); one archive has one writer, "
                    "stop that one first",
                    holder, path.string())};
}

/// Informs the next one; the lock holds without it, on a full disk for instance.
void write_holder(int fd, Instant now) {
    const std::string text = fmt::format("{}\n{}\n", ::getpid(), to_iso8601(moment_of(now)));
    if (::ftruncate(fd, 0) != 0) return;
    static_cast<void>(::pwrite(fd, text.data(), text.size(), 0) < 0);
}

}  // namespace

fs::path WriterLock::lock_path_of(const fs::path& path) {
    return path_beside(path, ".lock");
}

Result<WriterLock> WriterLock::take(const fs::path& path, Instant now) {
    // SQLite would say less, and of the lock file alone nobody learns what to do.
    if (const auto trouble = write_trouble(path)) {
        return Error{ErrorKind::storage,
                     fmt::format("the archive {} cannot be written: {}; {}", path.string(),
                                 trouble->found, trouble->remedy)};
    }
    const fs::path lock_path = lock_path_of(path);
    FileDescriptor file{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)};
    if (!file.is_open()) return cannot("opened", lock_path, errno);
    int outcome = 0;
    do {
        outcome = ::flock(file.get(), LOCK_EX | LOCK_NB);
    } while (outcome != 0 && errno == EINTR);
    if (outcome != 0 && errno == EWOULDBLOCK) return held(file.get(), lock_path);
    if (outcome != 0) return cannot("locked", lock_path, errno);
    write_holder(file.get(), now);
    return WriterLock{std::move(file)};
}

}  // namespace callarchive
