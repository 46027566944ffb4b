#pragma once

#include "sim/served_records.h"
#include "sim/virtual_network.h"
#include "simulator/service.h"

#include <map>
#include <string>

namespace callarchive::testing {

/// Carries requests from the virtual network to the simulated API, and what a client's HTTP library
/// would make of its answers back.
class ApiLink {
  public:
    ApiLink(simulator::Service& service, ServedRecords& served)
        : service_(service), served_(served) {}

    [[nodiscard]] VirtualNetwork::Reply exchange(const HttpRequest& request, Instant at);

    /// How often each fault of the API struck.
    [[nodiscard]] const std::map<std::string, std::int64_t>& faults() const { return faults_; }

  private:
    simulator::Service& service_;
    ServedRecords& served_;
    std::map<std::string, std::int64_t> faults_;
};

}  // namespace callarchive::testing
