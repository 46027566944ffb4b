#include "simulator/example_config.h"

#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace callarchive::simulator {
namespace {

/// As a YAML text in double quotes, which is what a JSON text is.
std::string quoted(std::string_view text) {
    std::string result;
    append_text(result, text);
    return result;
}

std::string schedule(Milliseconds retention) {
    if (retention == std::chrono::days{7}) return {};  // the defaults
    const auto at_least_a_second = [](Milliseconds duration) {
        return std::max<Milliseconds>(Seconds{1}, std::chrono::round<Seconds>(duration));
    };
    const Milliseconds poll = at_least_a_second(retention / 10'080);
    const Milliseconds overlap = at_least_a_second(retention / 1'008);
    // The last age, the overlap and the poll interval must stay within 95 % of the retention.
    const Milliseconds last = std::min(retention * 6 / 7, retention * 9 / 10 - overlap - poll);
    std::string ages;
    for (const Milliseconds each : {retention / 28, retention / 7, retention * 3 / 7, last}) {
        // Ages are whole seconds in a configuration.
        const Milliseconds age = std::chrono::floor<Seconds>(each);
        if (age.count() <= 0 || each > last) continue;
        ages += fmt::format("{}{}", ages.empty() ? "" : ", ", to_text(age));
    }
    return fmt::format(
        "\nschedule:\n  poll_interval: {}\n  overlap: {}\n  revisit: [{}]\n  retention: {}\n",
        to_text(poll), to_text(overlap), ages, to_text(retention));
}

void append_app(std::string& config, const Credential& app, const ServiceOptions& options,
                std::string_view api, const std::string& endpoint) {
    config += fmt::format(
        "  - name: {}\n    sdk_app_id: {}\n    api: {}\n    endpoint: {}\n    identifier: {}\n"
        "    secret_key: {}\n",
        quoted(fmt::format("simulated-{}-{}", app.sdk_app_id, api)), app.sdk_app_id, api,
        quoted(endpoint), quoted(options.administrators.front()), quoted(app.key));
}

}  // namespace

std::string example_config(const ServiceOptions& options, const std::string& endpoint,
                           const std::string& ca_file) {
    const Traffic& traffic = options.traffic;
    std::string config = "archive:\n  path: ./calls.db\n\napps:\n";
    for (const Credential& app : options.apps) {
        if (traffic.v4_share < 1) append_app(config, app, options, "v1", endpoint);
        if (traffic.v4_share + traffic.both_share > 0) {
            append_app(config, app, options, "v4", endpoint);
        }
    }
    config += schedule(traffic.retention);
    if (!ca_file.empty()) config += fmt::format("\nrequests:\n  ca_file: {}\n", quoted(ca_file));
    return config;
}

}  // namespace callarchive::simulator
