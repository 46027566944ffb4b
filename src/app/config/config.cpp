#include "app/config/config.h"

#include "app/config/address.h"
#include "app/config/apps.h"
#include "app/config/environment.h"
#include "app/config/section.h"
#include "app/text/printable.h"
#include "base/time_text.h"
#include "sys/system_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace callarchive {
namespace {

constexpr const char* default_path = "/etc/callarchive/callarchive.yaml";
constexpr std::size_t file_bytes_max = 1 << 20;
constexpr Milliseconds server_timeout{3'000};

void read_schedule(const Node& root, Config& config, std::vector<Problem>& problems) {
    const Section section{problems, root.find("schedule"), "schedule", KnownKeys::of("schedule")};
    // Only values that could not be read make the sum below meaningless; an unknown key does not.
    const std::size_t before = problems.size();
    Policy& policy = config.policy;
    section.read_seconds("poll_interval", policy.poll_interval);
    section.read_seconds("overlap", policy.overlap);
    section.read_list_of_seconds("revisit", policy.revisit);
    section.read_seconds("retention", policy.retention);
    section.read_integer("max_window_records", config.requests.max_window_records, 100, 1'000'000);
    policy.window_max = std::max(Seconds{1}, policy.retention / 28);
    if (problems.size() != before) return;
    const Seconds sum = policy.final_age() + policy.overlap + policy.poll_interval;
    if (sum * 100 > policy.retention * 95) {
        section.problem(
            section.given("revisit") ? "revisit" : "retention",
            fmt::format(
                "the last revisit age ({}) plus overlap ({}) plus poll_interval ({}) is {}; "
                "allowed: at most 95 % of the retention ({}), which is {}",
                to_words(policy.final_age()), to_words(policy.overlap),
                to_words(policy.poll_interval), to_words(sum), to_words(policy.retention),
                to_words(policy.retention * 95 / 100)));
    }
}

void read_requests(const Node& root, Config& config, std::vector<Problem>& problems) {
    const Section section{problems, root.find("requests"), "requests", KnownKeys::of("requests")};
    section.read_integer("page_size", config.requests.page_size, 1, 10'000);
    section.read_integer("rate_limit", config.requests.rate_limit, 1, 200);
    section.read_integer("concurrency", config.requests.concurrency, 1, 64);
    section.read_duration("timeout", config.requests.timeout);
    if (config.requests.timeout <= server_timeout ||
        config.requests.timeout > std::chrono::minutes{5}) {
        section.problem(
            "timeout",
            fmt::format("found {}; allowed: more than 3s, the API's own time-out, and at "
                        "most 5m",
                        to_text(config.requests.timeout)));
    }
    section.read_text("ca_file", config.ca_file);
    if (!config.ca_file.empty() && !std::ifstream{config.ca_file}.good()) {
        section.problem("ca_file", fmt::format("cannot read '{}': {}; allowed: a file of PEM "
                                               "certificates",
                                               printable(config.ca_file), std::strerror(errno)));
    }
    section.read_text("proxy", config.proxy);
}

void read_rest(const Node& root, Config& config, std::vector<Problem>& problems) {
    const Section archive{problems, root.find("archive"), "archive", KnownKeys::of("archive")};
    archive.read_text("path", config.archive_path);
    if (config.archive_path.empty())
        archive.problem("path", "found nothing; allowed: a file's path");
    archive.read_bytes("cache", config.archive_cache, 1LL << 20, 64LL << 30);
    const Section http{problems, root.find("http"), "http", KnownKeys::of("http")};
    http.read_text("listen", config.listen);
    const auto address = parse_host_port(config.listen);
    if (!config.listen.empty() && (!address || !address->port)) {
        http.problem("listen", fmt::format("found '{}'; allowed: HOST:PORT, such as "
                                           "127.0.0.1:9177 or [::1]:9177, or \"\" for none",
                                           printable(config.listen)));
    }
    const Section notify{problems, root.find("notify"), "notify", KnownKeys::of("notify")};
    notify.read_text("ping_url", config.ping_url);
    if (!config.ping_url.empty() && !is_http_address(config.ping_url)) {
        // Not shown: whoever knows it can silence the alarm.
        notify.problem("ping_url", "this is no address; allowed: https://HOST/TOKEN");
    }
    const Section log{problems, root.find("log"), "log", KnownKeys::of("log")};
    log.read_word("level", config.log_level, {"trace", "debug", "info", "warn", "error", "off"});
    log.read_word("format", config.log_format, {"auto", "text", "json"});
}

}  // namespace

std::vector<SourceSettings> Config::sources() const {
    std::vector<SourceSettings> sources;
    for (const AppConfig& app : apps)
        sources.push_back(app.settings);
    return sources;
}

std::variant<Config, std::vector<Problem>> read_config(const std::optional<std::string>& text,
                                                       const std::string& file_name,
                                                       const Environment& environment,
                                                       Secrets secrets, std::optional<Moment> now) {
    std::vector<Problem> problems;
    Node root{.location = {.source = file_name}, .value = {}};
    if (text) {
        auto parsed = parse_yaml(*text, file_name);
        if (auto* problem = std::get_if<Problem>(&parsed)) return std::vector{std::move(*problem)};
        root = std::get<Node>(std::move(parsed));
    }
    overlay_environment(root, environment, problems);
    const Section top{problems, &root, "", KnownKeys::top()};
    Config config;
    read_rest(root, config, problems);
    read_schedule(root, config, problems);
    read_requests(root, config, problems);
    read_apps(top.find("apps"), {environment, secrets, now}, config, problems);
    for (Problem& problem : problems) {
        if (problem.location.source.empty()) problem.location = root.location;
    }
    if (problems.empty()) return config;
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return std::pair{a.location.line == 0, a.location.line} <
               std::pair{b.location.line == 0, b.location.line};
    });
    return problems;
}

std::variant<Config, std::vector<Problem>> load_config(const std::optional<std::string>& given,
                                                       const Environment& environment,
                                                       Secrets secrets) {
    const Moment now = moment_of(SystemClock{}.wall());
    std::string path = default_path;
    bool named = true;
    const auto variable = environment.find("CALLARCHIVE_CONFIG");
    if (given) {
        path = *given;
    } else if (variable != environment.end() && !variable->second.empty()) {
        path = variable->second;
    } else {
        named = false;
    }
    const auto problem = [&](const std::string& text) {
        return std::vector{Problem{.location = {.source = path}, .key = {}, .text = text}};
    };
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return problem("this is a directory; allowed: a YAML file");
    }
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        const int reason = errno;
        const bool by_environment =
            !named && reason == ENOENT &&
            environment.lower_bound("CALLARCHIVE_APPS_") != environment.end() &&
            environment.lower_bound("CALLARCHIVE_APPS_")->first.starts_with("CALLARCHIVE_APPS_");
        if (by_environment)
            return read_config(std::nullopt, "environment", environment, secrets, now);
        return problem(
            fmt::format("cannot read the configuration: {}; give its path with --config "
                        "or in CALLARCHIVE_CONFIG{}",
                        std::strerror(reason),
                        named ? ""
                              : ", or give it by variables alone: CALLARCHIVE_APPS_0_SDK_APP_ID, "
                                "CALLARCHIVE_APPS_0_SECRET_KEY_FILE, ..."));
    }
    std::string text;
    // Nearly all of them are far smaller, and a megabyte of zeros costs more than the rest.
    for (std::array<char, 8192> part; file && text.size() <= file_bytes_max;) {
        file.read(part.data(), std::ssize(part));
        text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (text.size() > file_bytes_max) return problem("larger than 1 MiB: this is no configuration");
    return read_config(text, path, environment, secrets, now);
}

}  // namespace callarchive
