#include "app/version.h"

namespace callarchive {

std::string version() {
    return CALLARCHIVE_VERSION;
}

}  // namespace callarchive
