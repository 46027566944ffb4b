#pragma once

#include "base/result.h"
#include "simulator/service.h"

#include <optional>
#include <string>

namespace callarchive::simulator {

/// The program's command line.
struct Options {
    ServiceOptions service;
    std::string listen = "127.0.0.1:18080";
    std::string tls_listen;
    std::string ca_file;
    std::string ready_file;
    std::string config_file;
    bool print_config = false;
    bool gzip = false;
};

/// Reads the command line. A number means that the program ends with this status: help was
/// asked for, or the usage is wrong, and the user has been told.
struct ParsedOptions {
    Options options;
    std::optional<int> exit_status;
};
[[nodiscard]] ParsedOptions parse_options(int argc, char** argv);

}  // namespace callarchive::simulator
