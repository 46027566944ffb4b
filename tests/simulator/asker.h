#pragma once

#include "simulator/service.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace callarchive::simulator {

inline constexpr Instant test_now{Milliseconds{1'700'000'000'000}};
inline constexpr const char* v1_path = "/v1/records/get_records_by_filter";
inline constexpr const char* v4_path = "/v4/call_record_http_srv/get_record_by_filter";

/// Options of a small world whose limit is out of the way.
inline ServiceOptions small_world(double calls = 500) {
    ServiceOptions options;
    options.traffic.calls = calls;
    options.traffic.users = 50;
    options.rate_limit = 0;
    return options;
}

/// Asks a service as a client would, at an instant the test moves.
class Asker {
  public:
    explicit Asker(ServiceOptions options, Instant start = test_now)
        : now(start), service(std::move(options), start) {}

    [[nodiscard]] Request request(const nlohmann::json& body, const char* path = v1_path) const {
        const SigClaims claims{demo_app_id, "administrator", std::string{demo_key}};
        Request request;
        request.path = path;
        request.query = fmt::format(
            "sdkappid={}&identifier=administrator&usersig={}&random=4294967295&contenttype=json",
            demo_app_id, make_user_sig(claims, moment_of(now), Seconds{3600}));
        request.body = body.dump();
        return request;
    }
    Response ask(const nlohmann::json& body, const char* path = v1_path) {
        return service.handle(request(body, path), now);
    }
    nlohmann::json ask_json(const nlohmann::json& body, const char* path = v1_path) {
        return nlohmann::json::parse(ask(body, path).body);
    }
    /// All records of a v1 window, page by page until the API says that there are no more.
    std::vector<nlohmann::json> read_all(nlohmann::json body) {
        std::vector<nlohmann::json> records;
        for (int page = 1; page < 10'000; ++page) {
            body["page"] = page;
            const nlohmann::json answer = ask_json(body);
            if (answer["errorCode"] != 0) break;
            const auto& rows = answer["data"]["callRecordList"];
            if (rows.empty()) break;
            records.insert(records.end(), rows.begin(), rows.end());
        }
        return records;
    }
    struct Known {
        Version version;
        Instant from;
        Instant until;
    };
    /// The truth, by call id.
    std::map<std::string, Known> truth() {
        std::map<std::string, Known> calls;
        service.for_each_truth(demo_app_id, Dialect::v1, now, [&](const TruthCall& call) {
            calls[call.record->call_id] = {call.record->version, call.visible_from,
                                           call.visible_until};
        });
        return calls;
    }

    Instant now;
    Service service;
};

inline std::vector<std::string> ids(const std::vector<nlohmann::json>& records) {
    std::vector<std::string> result;
    for (const auto& record : records)
        result.push_back(record.at("callId"));
    return result;
}

}  // namespace callarchive::simulator
