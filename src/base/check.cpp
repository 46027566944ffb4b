#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace callarchive {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr,
                 "callarchive: internal fault at %s:%d: %s does not hold; please report it\n", file,
                 line, condition);
    std::abort();
}

}  // namespace callarchive
