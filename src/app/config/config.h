#pragma once

#include "app/config/tree.h"
#include "base/time.h"
#include "engine/settings.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace callarchive {

/// Where an application's credential came from, for showing it without showing it.
struct CredentialOrigin {
    std::string key;    ///< secret_key, secret_key_file, …
    std::string value;  ///< the file's or the variable's name; empty for a secret written in place
};

struct AppConfig {
    SourceSettings settings;
    CredentialOrigin credential;
    std::optional<std::string> region;  ///< empty: an endpoint was given
};

/// The effective configuration: what was written, and defaults for the rest.
struct Config {
    std::string archive_path = "/var/lib/callarchive/calls.db";
    std::int64_t archive_cache = 24LL << 20;  ///< all of the process then stays under 64 MiB
    Policy policy{.revisit = {Seconds{3'600}, Seconds{21'600}, Seconds{86'400}, Seconds{259'200},
                              Seconds{518'400}},
                  .overlap = Seconds{600},
                  .poll_interval = Seconds{60},
                  .retention = Seconds{604'800},
                  .window_max = Seconds{21'600}};
    RequestSettings requests;
    std::string ca_file;
    std::string proxy;
    std::string listen = "127.0.0.1:9177";
    std::string ping_url;
    std::string log_level = "info";
    std::string log_format = "auto";
    std::vector<AppConfig> apps;
    std::vector<Problem> warnings;  ///< what works for now, and a person should know

    [[nodiscard]] std::vector<SourceSettings> sources() const;
};

/// Who asks: commands that only read the archive need no credentials, and whoever runs them may
/// have no right to read the key.
enum class Secrets { needed, not_needed };

/// The environment as name and value.
using Environment = std::map<std::string, std::string>;
[[nodiscard]] Environment environment_of_process();

/// Reads a configuration from a file's text and the environment; every problem at once. No text:
/// from the environment alone. Whether a ready-made UserSig has expired is judged where `now` is
/// given.
[[nodiscard]] std::variant<Config, std::vector<Problem>> read_config(
    const std::optional<std::string>& text, const std::string& file_name,
    const Environment& environment, Secrets secrets, std::optional<Moment> now = std::nullopt);

/// Finds and reads the configuration: `given`, else $CALLARCHIVE_CONFIG, else the default path. A
/// file that was named must exist; without the default one the environment alone may do.
[[nodiscard]] std::variant<Config, std::vector<Problem>> load_config(
    const std::optional<std::string>& given, const Environment& environment, Secrets secrets);

/// The effective configuration as YAML, secrets as `***`.
[[nodiscard]] std::string to_yaml(const Config& config);

}  // namespace callarchive
