#pragma once

#include "simulator/service.h"

#include <string>

namespace callarchive::simulator {

/// A callarchive.yaml that archives from this service at `endpoint`. `ca_file` may be empty.
[[nodiscard]] std::string example_config(const ServiceOptions& options, const std::string& endpoint,
                                         const std::string& ca_file);

}  // namespace callarchive::simulator
