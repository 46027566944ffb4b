#pragma once

#include "app/http/health.h"
#include "app/http/metrics.h"
#include "base/result.h"
#include "port/clock.h"

#include <memory>
#include <string>

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
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] int port() const;

  private:
    struct State;
    explicit Listener(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace callarchive
