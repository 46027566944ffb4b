#pragma once

#include <cstdint>

namespace callarchive {

/// What this process has used since it began.
struct Usage {
    double cpu_seconds = 0;  ///< user and system, all threads
    /// Bytes that the kernel wrote, or will, to a disk for it (/proc/PID/io, write_bytes).
    std::int64_t written_bytes = 0;
    std::int64_t resident_bytes_peak = 0;
};

[[nodiscard]] Usage usage_now();

}  // namespace callarchive
