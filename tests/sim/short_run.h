#pragma once

#include "sim/api_link.h"
#include "sim/oracle.h"
#include "sim/scenario.h"
#include "sim/served_records.h"
#include "sim/virtual_clock.h"
#include "sim/virtual_network.h"

#include <functional>
#include <string>

namespace callarchive::testing {

/// One source and three windows with a few calls: small enough to be lived through at every
/// operation, first start and all. Drawn from a fixed seed; `dialect` of the source and of all
/// calls.
[[nodiscard]] Scenario small_scenario(Dialect dialect = Dialect::v1);

/// The production engine and store through passes over one archive, in a world of its own with
/// virtual time. What was told as durable is remembered by the oracle.
class ShortRun {
  public:
    /// Where the archive lies.
    struct Place {
        std::string path;
        std::string vfs{};  ///< empty: SQLite's default
        /// Whether the machine or the process has stopped; nothing goes on then.
        std::function<bool()> stopped = [] { return false; };
    };

    explicit ShortRun(const Scenario& scenario);

    /// One pass, as `callarchive sync` makes it, and a stop in order. Whether it came to its end.
    [[nodiscard]] bool pass(const Place& place);
    /// A pass, and another a day later, with a checkpoint after each.
    [[nodiscard]] bool two_passes(const Place& place);

    void advance(Milliseconds by) { clock_.advance(by); }
    [[nodiscard]] Instant now() const { return clock_.true_now(); }
    [[nodiscard]] simulator::Service& service() { return service_; }
    [[nodiscard]] const ApiLink& link() const { return link_; }
    [[nodiscard]] std::int64_t requests() const { return network_.requests; }
    /// What the engine told of that a person should know: failures and notices.
    [[nodiscard]] std::int64_t tidings() const { return tidings_; }

    /// Told of every window, failure and notice, where given.
    std::function<void(const std::string&)> trace{};

    /// Told true where the world is entered from the product, and false where it is left again.
    std::function<void(bool)> in_the_world = [](bool) {};

  private:
    class Told;

    const Scenario& scenario_;
    VirtualClock clock_;
    simulator::Service service_;
    ServedRecords served_;
    ApiLink link_;
    VirtualNetwork network_;
    std::int64_t tidings_ = 0;

  public:
    Oracle oracle;
};

}  // namespace callarchive::testing
