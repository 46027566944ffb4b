#include "simulator/host.h"

#include "simulator/gzip.h"
#include "simulator/query_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace callarchive::simulator {
namespace {

using Json = nlohmann::json;

constexpr std::size_t gzip_min = 1'000;

Instant machine_time() {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

Response json_answer(int status, std::string body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = std::move(body);
    return response;
}

Response refusal(int status, std::string_view why) {
    return json_answer(status, Json{{"error", why}}.dump() + '\n');
}

/// `{"stall": 0.1}` or `{"stall": {"probability": 1, "times": 3, "page": "last"}}`, as the command
/// line would say it.
std::string rule_text(const std::string& name, const Json& value) {
    if (!value.is_object()) return fmt::format("{}={}", name, value.dump());
    std::string text = name;
    if (value.contains("probability")) text += "=" + value["probability"].dump();
    for (const auto& [key, condition] : value.items()) {
        if (key == "probability") continue;
        text += fmt::format(
            ",{}={}", key, condition.is_string() ? condition.get<std::string>() : condition.dump());
    }
    return text;
}

}  // namespace

Host::Host(ServiceOptions options, bool gzip)
    : gzip_(gzip),
      service_(std::move(options), machine_time()),
      front_([this](const HttpRequest& http) { return handle(http); }) {}

Response Host::handle(const HttpRequest& http) {
    if (http.request.path.starts_with("/_sim/")) return control(http.request);
    Response response;
    {
        const std::lock_guard lock{mutex_};
        response = service_.handle(http.request, machine_time());
    }
    const bool encoded = std::any_of(response.headers.begin(), response.headers.end(),
                                     [](const auto& h) { return h.first == "Content-Encoding"; });
    if (gzip_ && http.accepts_gzip && !encoded && response.body.size() >= gzip_min) {
        response.body = gzip(response.body);
        response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return response;
}

Response Host::control(const Request& request) {
    const bool post = request.method == "POST";
    if (request.path == "/_sim/truth") return truth(request);
    if (request.path == "/_sim/stats") return stats();
    if (request.path == "/_sim/faults") {
        if (post) return set_faults(request.body);
        return refusal(405, "POST an object of faults");
    }
    if (request.path == "/_sim/pause" || request.path == "/_sim/resume") {
        if (!post) return refusal(405, "POST it");
        front_.set_paused(request.path == "/_sim/pause");
        return json_answer(200, "{}\n");
    }
    return refusal(404, "there are truth, stats, faults, pause and resume");
}

Response Host::truth(const Request& request) {
    const auto parameters = parse_query(request.query);
    const auto app = parameters.find("app");
    const auto id = app == parameters.end() ? std::nullopt : to_uint64(app->second);
    if (!id) return refusal(400, "truth: app=ID is needed");
    std::optional<Dialect> dialect;
    const auto named = parameters.find("dialect");
    if (named != parameters.end() && !named->second.empty()) {
        if (named->second != "v1" && named->second != "v4") {
            return refusal(400, "truth: dialect is v1 or v4");
        }
        dialect = named->second == "v1" ? Dialect::v1 : Dialect::v4;
    }
    Response response;
    response.headers = {{"Content-Type", "application/x-ndjson"}};
    const std::lock_guard lock{mutex_};
    service_.for_each_truth(static_cast<std::int64_t>(*id), dialect, machine_time(),
                            [&](const TruthCall& call) { append_truth(response.body, call); });
    return response;
}

Response Host::stats() {
    const ConnectionStats connections = front_.stats();
    Json json{{"connections",
               {{"accepted", connections.accepted},
                {"open", connections.open},
                {"open_peak", connections.open_peak}}},
              {"apps", Json::object()}};
    const std::lock_guard lock{mutex_};
    for (const auto& [id, app] : service_.stats()) {
        json["apps"][std::to_string(id)] = {{"requests", app.requests},
                                            {"outcomes", app.outcomes},
                                            {"records_served", app.records_served},
                                            {"peak_requests_per_second", app.peak_per_second},
                                            {"calls_in_memory", app.calls_in_memory}};
    }
    json["faults"] = Json::array();
    for (const FaultRule& rule : service_.faults().rules()) {
        json["faults"].push_back({{"name", rule.fault->name}, {"probability", rule.probability}});
    }
    return json_answer(200, json.dump(2) + '\n');
}

/// An object of names; 0 or null ends a fault, `"clear": true` ends all before.
Response Host::set_faults(const std::string& body) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return refusal(400, "faults: the body must be a JSON object");
    std::vector<FaultRule> rules;
    for (const auto& [name, value] : json.items()) {
        if (name == "clear" || value.is_null() || value == 0) continue;
        Result<FaultRule> rule = parse_fault(rule_text(name, value));
        if (!rule) return refusal(400, rule.error().message);
        rules.push_back(*rule);
    }
    const std::lock_guard lock{mutex_};
    if (json.value("clear", Json{}) == true) service_.faults().clear();
    for (const auto& [name, value] : json.items())
        service_.faults().remove(name);
    for (FaultRule& rule : rules)
        service_.faults().add(std::move(rule));
    return json_answer(200, fmt::format("{{\"rules\":{}}}\n", service_.faults().rules().size()));
}

}  // namespace callarchive::simulator
