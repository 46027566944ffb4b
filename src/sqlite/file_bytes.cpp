#include "sqlite/file_bytes.h"

#include "sqlite/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace callarchive::sqlite {
namespace {

// SQLite opens the archive among the first things a command does. Each costs a tenth of a
// microsecond to look at.
constexpr int descriptors_looked_at = 64;

// A file of which a tenth is missing is taken for a whole one in one of five cases.
constexpr std::int64_t samples = 16;

}  // namespace

// Of several that are open for the file any will do. Should another thread close the one that was
// found, and something else get its number, then that is read instead: at a place of its own
// choosing, which moves nothing, and what comes back is only taken for a hint.
std::optional<FileBytes> FileBytes::of(const Database& database) {
    const char* const path = sqlite3_db_filename(database.handle(), "main");
    struct stat named {};
    if (path == nullptr || *path == '\0' || ::stat(path, &named) != 0) return std::nullopt;
    for (int descriptor = 0; descriptor < descriptors_looked_at; ++descriptor) {
        struct stat opened {};
        if (::fstat(descriptor, &opened) != 0 || !S_ISREG(opened.st_mode)) continue;
        if (opened.st_dev != named.st_dev || opened.st_ino != named.st_ino) continue;
        return FileBytes{descriptor, opened.st_size};
    }
    return std::nullopt;
}

void FileBytes::begin_reading(std::int64_t at, std::int64_t bytes) const {
    static_cast<void>(::posix_fadvise(descriptor_, at, bytes, POSIX_FADV_WILLNEED));
}

bool FileBytes::read(std::int64_t at, std::span<unsigned char> to) const {
    return ::pread(descriptor_, to.data(), to.size(), at) == static_cast<ssize_t>(to.size());
}

bool FileBytes::is_in_memory(std::int64_t at) const {
    // -1 would read where the descriptor stands, and move it (preadv2(2)).
    if (at < 0) return false;
    char byte = 0;
    const iovec to{.iov_base = &byte, .iov_len = 1};
    return ::preadv2(descriptor_, &to, 1, at, RWF_NOWAIT) == 1;
}

bool FileBytes::seems_all_in_memory() const {
    for (std::int64_t i = 1; i <= samples; ++i) {
        // The last one is the last byte.
        if (!is_in_memory(size_ * i / samples - 1)) return false;
    }
    return true;
}

}  // namespace callarchive::sqlite
