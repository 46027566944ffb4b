#include "sys/process_protection.h"

#include "sys/system_error.h"

#include <errno.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace callarchive {

Result<Done> protect_process() {
    // The hard limit too, so that nothing later raises it again.
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0) {
        return Error{ErrorKind::temporary,
                     fmt::format("core dumps cannot be turned off: {}", words_of_errno(errno))};
    }
    // A core_pattern that pipes to a program ignores the limit (core(5)); this it obeys.
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return Error{ErrorKind::temporary,
                     fmt::format("the process stays dumpable: {}", words_of_errno(errno))};
    }
    return Done{};
}

}  // namespace callarchive
