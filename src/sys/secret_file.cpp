#include "sys/secret_file.h"

#include "sys/file_descriptor.h"
#include "sys/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace callarchive {
namespace {

constexpr std::size_t secret_bytes_max = 64UL * 1024;

Error refusal(const std::filesystem::path& path, std::string_view why) {
    return {ErrorKind::configuration,
            fmt::format("the secret file {} cannot be used: {}", path.string(), why)};
}

std::string why_not_opened(const std::filesystem::path& path, int error) {
    if (error != EACCES) return words_of_errno(error);
    return fmt::format("{} to user {}; where the file is meant for this process: chown {} {}",
                       words_of_errno(error), ::geteuid(), ::geteuid(), path.string());
}

bool lies_in_memory(int fd) {
    struct statfs facts {};
    if (::fstatfs(fd, &facts) != 0) return false;
    return facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC;
}

/// Why the open file must not be used; empty if it may.
std::string objection_to(int fd, const std::filesystem::path& path) {
    struct stat facts {};
    if (::fstat(fd, &facts) != 0) return words_of_errno(errno);
    if (!S_ISREG(facts.st_mode)) return "it is no regular file";
    constexpr mode_t others_read = S_IRGRP | S_IROTH;
    if ((facts.st_mode & others_read) != 0 && !lies_in_memory(fd)) {
        return fmt::format("others can read it (mode {:04o}); try: chmod 600 {}",
                           facts.st_mode & 07777U, path.string());
    }
    return {};
}

}  // namespace

Result<Secret> read_secret_file(const std::filesystem::path& path) {
    // Not blocking: opening a pipe would wait for a writer.
    const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file.is_open()) return refusal(path, why_not_opened(path, errno));
    // Asked of the open file, not of the path, which may name another one by now.
    if (const std::string why = objection_to(file.get(), path); !why.empty()) {
        return refusal(path, why);
    }
    std::string text(secret_bytes_max + 1, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const ssize_t count = ::read(file.get(), text.data() + length, text.size() - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return refusal(path, words_of_errno(errno));
        if (count == 0) break;
        length += static_cast<std::size_t>(count);
    }
    const Secret whole{std::move(text)};
    if (length > secret_bytes_max) return refusal(path, "it is larger than 64 KiB");
    std::string_view secret{whole.reveal().data(), length};
    if (secret.ends_with('\n')) secret.remove_suffix(1);
    if (secret.ends_with('\r')) secret.remove_suffix(1);
    if (secret.empty()) return refusal(path, "it is empty");
    return Secret{std::string{secret}};
}

}  // namespace callarchive
