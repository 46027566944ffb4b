#include "usage.h"

#include <sys/resource.h>

#include <fstream>
#include <string>

namespace callarchive {

Usage usage_now() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    Usage usage{.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime),
                .resident_bytes_peak = std::int64_t{used.ru_maxrss} * 1024};
    std::ifstream io{"/proc/self/io"};
    std::string name;
    std::int64_t value = 0;
    while (io >> name >> value) {
        if (name == "write_bytes:") usage.written_bytes = value;
    }
    return usage;
}

}  // namespace callarchive
