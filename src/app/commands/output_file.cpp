#include "app/commands/output_file.h"

#include "app/text/printable.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace callarchive {
namespace {

namespace fs = std::filesystem;

Error cannot(const char* doing, const std::string& path) {
    const std::string why = std::generic_category().message(errno);
    return {ErrorKind::storage, fmt::format("cannot {} {}: {}", doing, printable(path), why)};
}

bool is_of_archive(const fs::path& path, const std::string& archive_path) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::error_code none;
        if (fs::equivalent(path, archive_path + suffix, none)) return true;
        // Made later it would be taken for SQLite's own.
        const fs::path own = fs::weakly_canonical(archive_path + suffix, none);
        if (!none && fs::weakly_canonical(path, none) == own) return true;
    }
    return false;
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path, const std::string& archive_path) {
    if (is_of_archive(path, archive_path)) {
        return Error{ErrorKind::invalid_input,
                     fmt::format("--output {} is the archive itself", printable(path))};
    }
    std::error_code error;
    const auto status = fs::status(path, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return Error{ErrorKind::invalid_input,
                     fmt::format("--output {} is no regular file; leave --output away and the "
                                 "calls go to standard output",
                                 printable(path))};
    }
    // Through a symbolic link, so that the link stays and the new file lies where the old one did.
    std::string target = path;
    if (fs::is_symlink(fs::symlink_status(path, error))) {
        const fs::path real = fs::canonical(path, error);
        if (!error) target = real.string();
    }
    std::string part = fmt::format("{}.{}.part", target, ::getpid());
    const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) return cannot("create", part);
    return OutputFile{std::move(target), std::move(part), fd};
}

OutputFile::OutputFile(std::string path, std::string part, int fd)
    : path_(std::move(path)), part_(std::move(part)), fd_(fd) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      part_(std::move(other.part_)),
      fd_(std::exchange(other.fd_, -1)) {}

OutputFile::~OutputFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(part_.c_str());
}

Result<Done> OutputFile::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd_, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return cannot("write", part_);
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return Done{};
}

Result<Done> OutputFile::complete() {
    if (::fsync(fd_) != 0) return cannot("write", part_);
    if (std::rename(part_.c_str(), path_.c_str()) != 0) return cannot("rename to", path_);
    ::close(fd_);
    fd_ = -1;
    return Done{};
}

}  // namespace callarchive
