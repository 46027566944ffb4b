#pragma once

#include "simulator/service.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace callarchive::simulator {

/// One application: its calls, its limit, its counters.
struct Service::App {
    App(const ServiceOptions& options, const Credential& given)
        : credential(given),
          world(options.traffic, given.sdk_app_id),
          rules(options.personality, options.traffic.retention,
                mix(options.traffic.seed, given.sdk_app_id), world.length_max()),
          results(options.personality, rules, options.traffic.retention, options.traffic.seed) {}

    Credential credential;
    World world;
    PublicationRules rules;
    Results results;
    SlidingSecond admitted;
    SlidingSecond received;
    AppStats stats;
    /// UserSigs found valid, with their ends: checking one costs more than a small page.
    std::unordered_map<std::string, Moment> valid_sigs;
};

/// One request under way.
struct Service::Exchange {
    Instant now;  ///< by the service's clock
    Dialect dialect = Dialect::v1;
    App* app = nullptr;
    std::string request_id;
    Occasion occasion;
    std::vector<Faults::Hit> hits;
    std::vector<FaultRule*> record_rules;
    PageRequest asked;
    Response response;
    std::string outcome;
};

}  // namespace callarchive::simulator
