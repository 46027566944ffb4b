#include "sys/disk.h"

#include "sys/file_descriptor.h"
#include "sys/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

namespace callarchive {
namespace {

constexpr int writes = 9;
constexpr std::size_t page_bytes = 4096;

// linux/magic.h lacks these two (statfs(2) has them).
constexpr std::uint64_t cifs_magic = 0xff534d42;
constexpr std::uint64_t smb2_magic = 0xfe534d42;

Error failed(const char* doing, const std::filesystem::path& path, int error) {
    const bool full = error == ENOSPC || error == EDQUOT;
    return {full ? ErrorKind::storage_full : ErrorKind::storage,
            fmt::format("{} {}: {}", path.string(), doing, words_of_errno(error))};
}

bool is_over_network(std::uint64_t type) {
    constexpr std::array types{static_cast<std::uint64_t>(NFS_SUPER_MAGIC),
                               static_cast<std::uint64_t>(SMB_SUPER_MAGIC),
                               cifs_magic,
                               smb2_magic,
                               static_cast<std::uint64_t>(AFS_SUPER_MAGIC),
                               static_cast<std::uint64_t>(V9FS_MAGIC),
                               static_cast<std::uint64_t>(CEPH_SUPER_MAGIC)};
    return std::find(types.begin(), types.end(), type) != types.end();
}

/// A file that goes away with it.
class ScratchFile {
  public:
    explicit ScratchFile(const std::filesystem::path& folder)
        : name_((folder / ".callarchive-doctor-XXXXXX").string()),
          file_(::mkostemp(name_.data(), O_CLOEXEC)),
          error_(file_.is_open() ? 0 : errno) {}
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile() {
        if (file_.is_open()) ::unlink(name_.c_str());
    }
    [[nodiscard]] int fd() const { return file_.get(); }
    [[nodiscard]] int error() const { return error_; }

  private:
    std::string name_;
    FileDescriptor file_;
    int error_;
};

}  // namespace

Result<DiskFacts> look_at_disk(const std::filesystem::path& path) {
    struct statvfs counts {};
    struct statfs kind {};
    if (::statvfs(path.c_str(), &counts) != 0 || ::statfs(path.c_str(), &kind) != 0)
        return failed("cannot be looked at", path, errno);
    const auto type = static_cast<std::uint64_t>(kind.f_type) & 0xffffffffU;
    const auto block = static_cast<std::int64_t>(counts.f_frsize);
    return DiskFacts{
        .bytes_free = static_cast<std::int64_t>(counts.f_bavail) * block,
        .bytes_total = static_cast<std::int64_t>(counts.f_blocks) * block,
        .files_free = counts.f_files == 0 ? -1 : static_cast<std::int64_t>(counts.f_favail),
        .over_network = is_over_network(type),
        .in_memory = type == TMPFS_MAGIC || type == RAMFS_MAGIC,
        .read_only = (counts.f_flag & ST_RDONLY) != 0};
}

Result<std::chrono::microseconds> time_durable_write(const std::filesystem::path& folder) {
    const ScratchFile file{folder};
    if (file.error() != 0) return failed("takes no new file", folder, file.error());
    const std::array<char, page_bytes> page{};
    std::array<std::chrono::microseconds, writes> took{};
    for (std::size_t i = 0; i < took.size(); ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const auto at = static_cast<off_t>(i * page_bytes);
        const ssize_t count = ::pwrite(file.fd(), page.data(), page.size(), at);
        if (count < 0) return failed("cannot be written to", folder, errno);
        // No error, and so no errno: there was no space for the rest (write(2)).
        if (count != static_cast<ssize_t>(page.size()))
            return failed("cannot be written to", folder, ENOSPC);
        if (::fdatasync(file.fd()) != 0) return failed("cannot be written to", folder, errno);
        took[i] = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - begin);
    }
    std::sort(took.begin(), took.end());
    return took[took.size() / 2];
}

Result<FileRights> rights_of(const std::filesystem::path& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        const int error = errno;
        return Error{error == ENOENT ? ErrorKind::not_found : ErrorKind::storage,
                     failed("cannot be looked at", path, error).message};
    }
    // By the effective user, which is the one that opens files.
    const auto allowed = [&](int mode) {
        return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
    };
    return FileRights{.mode = facts.st_mode & 07777U,
                      .own = facts.st_uid == ::geteuid(),
                      .readable = allowed(R_OK),
                      .writable = allowed(W_OK)};
}

}  // namespace callarchive
