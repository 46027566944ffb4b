#pragma once

#include "port/http.h"
#include "sim/virtual_clock.h"

#include <functional>
#include <map>
#include <random>
#include <variant>

namespace callarchive::testing {

/// Which part of the exchanges goes wrong, each from 0 to 1.
struct NetworkFaults {
    double refused = 0;
    double timed_out = 0;
    double broken_before = 0;  ///< the service never saw the request
    double broken_after = 0;   ///< the service answered, nobody heard it
    double truncated = 0;      ///< the answer's body is cut off at a random byte
    bool outage = false;       ///< nothing gets through
};

/// The network of the simulation: requests reach the service after half a latency, answers come
/// back after the other half, in the order latencies say; waiting lets virtual time pass.
class VirtualNetwork final : public Http {
  public:
    using Outcome = std::variant<HttpAnswer, HttpFailure>;
    struct Reply {
        Reply() = default;
        // Not explicit: a service without delays just gives back an outcome.
        Reply(Outcome of, Milliseconds after = {}) : outcome(std::move(of)), delay(after) {}

        Outcome outcome;
        Milliseconds delay{0};  ///< how long the service takes for it
    };
    /// What the service answers at an instant of true time.
    using Service = std::function<Reply(const HttpRequest& request, Instant at)>;

    VirtualNetwork(VirtualClock& clock, Service service, std::uint64_t seed);

    void start(HttpTicket ticket, HttpRequest request) override;
    void cancel(HttpTicket ticket) override;
    std::vector<HttpCompletion> wait(Milliseconds at_most) override;
    /// The process is gone, and with it every request under way.
    void forget_all() { events_.clear(); }

    NetworkFaults faults;
    Milliseconds latency_max{40};
    std::int64_t requests = 0;
    std::int64_t failures = 0;  ///< exchanges that a fault of the network spoiled
    /// Called as each request is handed over.
    std::function<void(const HttpRequest&)> on_start;

  private:
    struct Exchange {
        HttpTicket ticket{};
        HttpRequest request;
        Monotonic sent;
        bool served = false;
        bool lost_before = false;
        bool lost_after = false;
        bool truncate = false;
        Instant returns;
        Outcome outcome;
    };

    [[nodiscard]] bool drawn(double share);
    [[nodiscard]] Milliseconds drawn_up_to(Milliseconds most);
    void serve(Exchange& exchange);

    VirtualClock& clock_;
    Service service_;
    std::mt19937_64 random_;
    std::multimap<Instant, Exchange> events_;  ///< by when something happens to it next
};

}  // namespace callarchive::testing
