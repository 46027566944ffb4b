#pragma once

#include "app/config/config.h"

#include <vector>

namespace callarchive {

/// Reads the list `apps` into `config`, whose schedule and requests are read already.
void read_apps(const Node* node, const Environment& environment, Secrets secrets, Config& config,
               std::vector<Problem>& problems);

}  // namespace callarchive
