#include "app/config/environment.h"

#include "app/text/nearest.h"
#include "app/text/printable.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <utility>

extern char** environ;  // NOLINT: POSIX names it so

namespace callarchive {
namespace {

constexpr std::string_view prefix = "CALLARCHIVE_";
constexpr std::size_t apps_max = 1'000;

using Keys = std::map<std::string, std::vector<std::string>, std::less<>>;

const Keys& keys() {
    static const Keys known{
        {"archive", {"path", "cache"}},
        {"apps",
         {"name", "sdk_app_id", "api", "region", "endpoint", "identifier", "secret_key",
          "secret_key_file", "secret_key_env", "user_sig", "user_sig_file"}},
        {"schedule", {"poll_interval", "overlap", "revisit", "retention", "max_window_records"}},
        {"requests", {"page_size", "rate_limit", "concurrency", "timeout", "ca_file", "proxy"}},
        {"http", {"listen"}},
        {"notify", {"ping_url"}},
        {"log", {"level", "format"}},
    };
    return known;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

/// Makes an empty place hold a container; false where the file has something else there, which is
/// then a problem of the file and must not be covered up.
template <typename Container>
bool becomes(Node& node) {
    if (std::holds_alternative<std::monostate>(node.value)) node.value = Container{};
    return std::holds_alternative<Container>(node.value);
}

/// The value under a key of a mapping, added where there is none.
Node& child(Node& parent, const std::string& key, const Location& location) {
    auto& entries = std::get<Node::Mapping>(parent.value);
    for (Node::Entry& entry : entries) {
        if (entry.key == key) return entry.node;
    }
    entries.push_back(
        {.key = key, .location = location, .node = {.location = location, .value = {}}});
    return entries.back().node;
}

Node value_node(const std::string& value, bool is_list, const Location& location) {
    if (!is_list) return {.location = location, .value = value};
    Node::Sequence items;
    std::size_t from = 0;
    while (from <= value.size()) {
        const std::size_t comma = std::min(value.find(',', from), value.size());
        std::string item = value.substr(from, comma - from);
        item.erase(0, item.find_first_not_of(' '));
        item.erase(item.find_last_not_of(' ') + 1);
        if (!item.empty()) items.push_back({.location = location, .value = item});
        from = comma + 1;
    }
    return {.location = location, .value = items};
}

/// The section and key that a variable's name means, without the prefix.
struct Target {
    std::string section;
    std::optional<std::size_t> index;
    std::string key;
};

std::optional<Target> target_of(std::string_view name) {
    for (const auto& [section, names] : keys()) {
        std::string head = upper(section) + "_";
        if (!name.starts_with(head)) continue;
        std::string_view rest = name.substr(head.size());
        std::optional<std::size_t> index;
        if (section == "apps") {
            std::size_t number = 0;
            const auto [end, error] =
                std::from_chars(rest.data(), rest.data() + rest.size(), number);
            if (error != std::errc{} || end == rest.data() + rest.size() || *end != '_') continue;
            if (number >= apps_max) continue;
            index = number;
            rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
        }
        for (const std::string& key : names) {
            if (upper(key) == rest) return Target{section, index, key};
        }
    }
    return std::nullopt;
}

/// The variables that `secret_key_env` points to; they may well begin like our own.
std::set<std::string> secret_holders(const Node& root, const Environment& environment) {
    std::set<std::string> names;
    const Node* apps = root.find("apps");
    if (apps != nullptr && apps->sequence() != nullptr) {
        for (const Node& app : *apps->sequence()) {
            const Node* holder = app.find("secret_key_env");
            if (holder != nullptr && holder->scalar() != nullptr) names.insert(*holder->scalar());
        }
    }
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(prefix)) continue;
        const auto target = target_of(std::string_view{name}.substr(prefix.size()));
        if (target && target->key == "secret_key_env") names.insert(value);
    }
    return names;
}

/// Kubernetes gives every container such variables for a Service that is called callarchive
/// (kubernetes.io, "Service", environment variables); they are nobody's mistake.
bool is_service_link(std::string_view name) {
    name.remove_prefix(prefix.size());
    return name == "SERVICE_HOST" || name.starts_with("SERVICE_PORT") || name == "PORT" ||
           name.starts_with("PORT_");
}

std::vector<std::string> all_names() {
    std::vector<std::string> names{"CALLARCHIVE_CONFIG"};
    for (const auto& [section, section_keys] : keys()) {
        for (const std::string& key : section_keys) {
            names.push_back(std::string{prefix} + upper(section) +
                            (section == "apps" ? "_0_" : "_") + upper(key));
        }
    }
    return names;
}

}  // namespace

const std::vector<std::string>& KnownKeys::top() {
    static const std::vector<std::string> names{"archive", "apps",   "schedule", "requests",
                                                "http",    "notify", "log"};
    return names;
}

const std::vector<std::string>& KnownKeys::of(std::string_view section) {
    return keys().find(section)->second;
}

void overlay_environment(Node& root, const Environment& environment,
                         std::vector<Problem>& problems) {
    const std::set<std::string> holders = secret_holders(root, environment);
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(prefix) || name == "CALLARCHIVE_CONFIG") continue;
        if (holders.contains(name) || is_service_link(name)) continue;
        const Location location{.source = name};
        const auto target = target_of(std::string_view{name}.substr(prefix.size()));
        if (!target) {
            problems.push_back(
                {.location = location,
                 .key = {},
                 .text = "unknown setting in the environment" + did_you_mean(name, all_names())});
            continue;
        }
        if (!is_utf8(value)) {
            problems.push_back({.location = location, .key = {}, .text = not_utf8});
            continue;
        }
        if (!becomes<Node::Mapping>(root)) return;
        Node* section = &child(root, target->section, location);
        if (target->index) {
            if (!becomes<Node::Sequence>(*section)) continue;
            auto& apps = std::get<Node::Sequence>(section->value);
            while (apps.size() <= *target->index) {
                apps.push_back({.location = location, .value = Node::Mapping{}});
            }
            section = &apps[*target->index];
        }
        if (!becomes<Node::Mapping>(*section)) continue;
        child(*section, target->key, location) =
            value_node(value, target->key == "revisit", location);
    }
}

Environment environment_of_process() {
    Environment found;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return found;
}

}  // namespace callarchive
