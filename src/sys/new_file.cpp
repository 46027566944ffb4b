#include "sys/new_file.h"

#include "sys/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>
#include <utility>

namespace callarchive {
namespace {

namespace fs = std::filesystem;

Error cannot(std::string_view what, const fs::path& path, int error) {
    const bool full = error == ENOSPC || error == EDQUOT;
    return {full ? ErrorKind::storage_full : ErrorKind::storage,
            fmt::format("{} cannot be {}: {}{}", path.string(), what, words_of_errno(error),
                        full ? "; free space on that file system, or choose another one" : "")};
}

/// Whether the name still leads to the open file: whoever had it before may have renamed or removed
/// it between our opening and our locking it.
bool is_named(int fd, const fs::path& path) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

int rename_to(const fs::path& from, const fs::path& to, NewFile::Existing existing) {
    if (existing == NewFile::Existing::replace) return ::rename(from.c_str(), to.c_str());
    const int outcome = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
    if (outcome == 0 || errno != EINVAL) return outcome;
    // Some file systems do not know RENAME_NOREPLACE (rename(2)); a link replaces nothing either.
    if (::link(from.c_str(), to.c_str()) != 0) return -1;
    return ::unlink(from.c_str());
}

Result<Done> sync_directory_of(const fs::path& path) {
    const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path{"."};
    const FileDescriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.is_open() || ::fsync(opened.get()) != 0) {
        return cannot("made durable", directory, errno);
    }
    return Done{};
}

}  // namespace

Result<NewFile> NewFile::begin(const fs::path& path) {
    fs::path partial = path;
    partial += ".partial";
    FileDescriptor file{
        ::open(partial.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
    if (!file.is_open()) return cannot("made", partial, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 || !is_named(file.get(), partial)) {
        return Error{ErrorKind::storage_busy, fmt::format("another process is writing {} (as {})",
                                                          path.string(), partial.string())};
    }
    NewFile begun{path, std::move(partial), std::move(file)};
    if (::ftruncate(begun.file_.get(), 0) != 0 || ::fchmod(begun.file_.get(), 0600) != 0) {
        return cannot("made", begun.partial_, errno);
    }
    return begun;
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      partial_(std::exchange(other.partial_, {})),
      file_(std::move(other.file_)) {}

NewFile::~NewFile() {
    if (!partial_.empty()) ::unlink(partial_.c_str());
}

Result<Done> NewFile::write(const std::string& text) {
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t count = ::write(file_.get(), rest.data(), rest.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannot("written", partial_, errno);
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    return Done{};
}

void NewFile::give_to_owner_of(const fs::path& other) {
    struct stat facts {};
    if (::geteuid() != 0 || ::stat(other.c_str(), &facts) != 0) return;
    static_cast<void>(::fchown(file_.get(), facts.st_uid, facts.st_gid) == 0);
}

Result<Done> NewFile::publish(Existing existing, unsigned mode) {
    if (::fchmod(file_.get(), static_cast<mode_t>(mode)) != 0 || ::fsync(file_.get()) != 0) {
        return cannot("made durable", partial_, errno);
    }
    if (rename_to(partial_, path_, existing) != 0) {
        return cannot(fmt::format("renamed to {}", path_.string()), partial_, errno);
    }
    partial_.clear();
    return sync_directory_of(path_);
}

}  // namespace callarchive
