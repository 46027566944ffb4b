#include "app/config/config.h"
#include "base/time_text.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace callarchive {
namespace {

std::string size_text(std::int64_t bytes) {
    for (const auto& [unit, shift] : {std::pair{"GiB", 30}, {"MiB", 20}, {"KiB", 10}}) {
        if (bytes % (std::int64_t{1} << shift) == 0)
            return fmt::format("{}{}", bytes >> shift, unit);
    }
    return fmt::format("{}B", bytes);
}

void write_app(YAML::Emitter& out, const AppConfig& app) {
    const SourceSettings& settings = app.settings;
    out << YAML::BeginMap;
    out << YAML::Key << "name" << YAML::Value << settings.identity.name;
    out << YAML::Key << "sdk_app_id" << YAML::Value << settings.identity.sdk_app_id;
    out << YAML::Key << "api" << YAML::Value << std::string{name_of(settings.identity.dialect)};
    if (app.region) {
        out << YAML::Key << "region" << YAML::Value << *app.region;
    } else {
        out << YAML::Key << "endpoint" << YAML::Value << settings.endpoint.base;
    }
    out << YAML::Key << "identifier" << YAML::Value << settings.endpoint.identifier;
    out << YAML::Key << app.credential.key << YAML::Value
        << (app.credential.value.empty() ? std::string{"***"} : app.credential.value);
    out << YAML::EndMap;
}

}  // namespace

std::string to_yaml(const Config& config) {
    YAML::Emitter out;
    const auto key = [&](const char* name) -> YAML::Emitter& {
        return out << YAML::Key << name << YAML::Value;
    };
    out << YAML::BeginMap;
    key("archive") << YAML::BeginMap;
    key("path") << config.archive_path;
    key("cache") << size_text(config.archive_cache);
    out << YAML::EndMap;
    key("apps") << YAML::BeginSeq;
    for (const AppConfig& app : config.apps)
        write_app(out, app);
    out << YAML::EndSeq;
    key("schedule") << YAML::BeginMap;
    key("poll_interval") << to_text(config.policy.poll_interval);
    key("overlap") << to_text(config.policy.overlap);
    key("revisit") << YAML::Flow << YAML::BeginSeq;
    for (const Seconds age : config.policy.revisit)
        out << to_text(age);
    out << YAML::EndSeq;
    key("retention") << to_text(config.policy.retention);
    key("max_window_records") << config.requests.max_window_records;
    out << YAML::EndMap;
    key("requests") << YAML::BeginMap;
    key("page_size") << config.requests.page_size;
    key("rate_limit") << config.requests.rate_limit;
    key("concurrency") << config.requests.concurrency;
    key("timeout") << to_text(config.requests.timeout);
    if (!config.ca_file.empty()) key("ca_file") << config.ca_file;
    // A proxy's or a ping's address may carry a password or a token.
    if (!config.proxy.empty()) key("proxy") << "***";
    out << YAML::EndMap;
    key("http") << YAML::BeginMap;
    key("listen") << YAML::DoubleQuoted << config.listen;
    out << YAML::EndMap;
    if (!config.ping_url.empty()) {
        key("notify") << YAML::BeginMap;
        key("ping_url") << "***";
        out << YAML::EndMap;
    }
    key("log") << YAML::BeginMap;
    key("level") << config.log_level;
    key("format") << config.log_format;
    out << YAML::EndMap << YAML::EndMap;
    return std::string{out.c_str()} + "\n";
}

}  // namespace callarchive
