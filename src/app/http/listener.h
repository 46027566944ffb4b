#pragma once

#include "app/http/health.h"
#include "app/http/metrics.h"
#include "app/http/small_server.h"
#include "base/result.h"
#include "port/clock.h"

#include <memory>
#include <string>
#include <utility>

namespace callarchive {

/// Serves /metrics, /healthz and /readyz in a thread of its own, until it goes away.
class Listener {
  public:
    /// `listen` is `host:port`; port 0 takes any free one. Fails where the address cannot be had.
    /// The references must outlive the listener.
    [[nodiscard]] static Result<std::unique_ptr<Listener>> start(const std::string& listen,
                                                                 const Metrics& metrics,
                                                                 const Health& health,
                                                                 const Clock& clock);
    [[nodiscard]] int port() const { return server_->port(); }

  private:
    explicit Listener(std::unique_ptr<SmallServer> server) : server_(std::move(server)) {}
    std::unique_ptr<SmallServer> server_;
};

}  // namespace callarchive
