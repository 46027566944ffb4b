#pragma once

#include "simulator/http_front.h"
#include "simulator/service.h"

#include <mutex>

namespace callarchive::simulator {

/// A service in the real world: under the machine's clock, for many connections at once, with the
/// control requests under /_sim/.
class Host {
  public:
    /// `gzip`: compress for clients that accept it.
    Host(ServiceOptions options, bool gzip);

    HttpFront& front() { return front_; }
    [[nodiscard]] const ServiceOptions& options() const { return service_.options(); }

  private:
    [[nodiscard]] Response handle(const HttpRequest& http);
    [[nodiscard]] Response control(const Request& request);
    [[nodiscard]] Response truth(const Request& request);
    [[nodiscard]] Response stats();
    [[nodiscard]] Response set_faults(const std::string& body);

    bool gzip_;
    std::mutex mutex_;  ///< guards service_
    Service service_;
    HttpFront front_;  ///< last, so that its threads end before what they use goes away
};

}  // namespace callarchive::simulator
