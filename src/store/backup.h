#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>

namespace callarchive {

/// How far a copy is.
struct BackupProgress {
    std::int64_t bytes_done = 0;
    std::int64_t bytes_total = 0;
    bool checking = false;  ///< all is copied, and is being read once more
};

/// Told now and then while an archive is copied; false ends the copy with an error.
using BackupObserver = std::function<bool(const BackupProgress&)>;

/// What a copy holds.
struct BackupSummary {
    std::int64_t calls = 0;
    std::int64_t bytes = 0;
};

/// Copies the archive at `path` as it is now, whoever writes it meanwhile, into the empty file
/// `copy`, and checks the copy: its pages, its version, its number of calls. The copy is one file
/// that can be read from a read-only medium. Whether it is durable is left to the caller. On an
/// error the file `copy` is of no use.
[[nodiscard]] Result<BackupSummary> copy_archive(const std::string& path, const std::string& copy,
                                                 const BackupObserver& observer);

}  // namespace callarchive
