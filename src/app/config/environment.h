#pragma once

#include "app/config/config.h"
#include "app/config/tree.h"

#include <vector>

namespace callarchive {

/// Lays what the environment says (`CALLARCHIVE_SCHEDULE_POLL_INTERVAL`, `CALLARCHIVE_APPS_0_NAME`)
/// over the tree of a file. Unknown CALLARCHIVE_ variables are problems.
void overlay_environment(Node& root, const Environment& environment,
                         std::vector<Problem>& problems);

/// The keys of every section, as they are written; `apps` holds those of one entry.
struct KnownKeys {
    static const std::vector<std::string>& top();
    static const std::vector<std::string>& of(std::string_view section);
};

}  // namespace callarchive
