#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace callarchive {

/// What the system says of the file system that a folder or file lies on.
struct DiskFacts {
    std::int64_t bytes_free{};  ///< for this user
    std::int64_t bytes_total{};
    std::int64_t files_free{};  ///< inodes; -1 where the file system does not count them
    bool over_network = false;  ///< NFS, SMB and their kind
    bool in_memory = false;     ///< gone with the next start of the machine
    bool read_only = false;
};
[[nodiscard]] Result<DiskFacts> look_at_disk(const std::filesystem::path& path);

/// Writes a page to a file of its own in the folder several times and waits until each is durable
/// (fdatasync); gives back how long the middle one of them took. The file is gone afterwards.
[[nodiscard]] Result<std::chrono::microseconds> time_durable_write(
    const std::filesystem::path& folder);

/// Whom a file belongs to, and what others may do with it.
struct FileRights {
    unsigned mode{};        ///< as chmod takes it
    bool own = false;       ///< of the user that asks
    bool readable = false;  ///< for the user that asks
    bool writable = false;
};
[[nodiscard]] Result<FileRights> rights_of(const std::filesystem::path& path);

}  // namespace callarchive
