#pragma once

#include "base/time.h"
#include "simulator/faults.h"
#include "simulator/message.h"
#include "simulator/personality.h"
#include "simulator/publication.h"
#include "simulator/rate_limit.h"
#include "simulator/results.h"
#include "simulator/truth.h"
#include "simulator/user_sig.h"
#include "simulator/world.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive::simulator {

/// The application and the key that need no account; documented, so no secret.
inline constexpr std::int64_t demo_app_id = 1'400'000'000;
inline constexpr std::string_view demo_key =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct Credential {
    std::int64_t sdk_app_id = demo_app_id;
    std::string key{demo_key};
    bool has_package = true;
};

struct ServiceOptions {
    std::vector<Credential> apps{Credential{}};
    std::vector<std::string> administrators{"administrator"};
    Traffic traffic;
    Personality personality;
    std::vector<FaultRule> faults;
    std::size_t rate_limit = 200;  ///< requests in any sliding second, per application; 0: none
    /// How far the service's clock is ahead of the one that handle() is given.
    Milliseconds clock_skew{0};
    Milliseconds latency{0};
    /// Remember every call for the life of the service, not for the retention alone.
    bool keep_truth = false;
};

/// What the service counted for one application.
struct AppStats {
    std::map<std::string, std::uint64_t, std::less<>> outcomes;
    std::uint64_t requests = 0;
    std::uint64_t records_served = 0;
    std::size_t peak_per_second = 0;
    std::size_t calls_in_memory = 0;
};

/// The vendor's API as a function of requests and time: no sockets, no threads, no clock. One
/// thread at a time.
class Service {
  public:
    /// `now` is the beginning: history reaches one retention back from there.
    Service(ServiceOptions options, Instant now);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service();

    [[nodiscard]] Response handle(const Request& request, Instant now);

    /// Every call of an application that was readable at some time from the beginning through
    /// `now` (without keep_truth: and is still), by start. Nothing where the application is
    /// unknown.
    void for_each_truth(std::int64_t sdk_app_id, std::optional<Dialect> dialect, Instant now,
                        const std::function<void(const TruthCall&)>& visit);

    [[nodiscard]] std::map<std::int64_t, AppStats> stats() const;
    [[nodiscard]] Faults& faults() { return faults_; }
    [[nodiscard]] const ServiceOptions& options() const { return options_; }
    [[nodiscard]] Instant server_time(Instant now) const { return now + options_.clock_skew; }

  private:
    struct App;
    struct Exchange;

    void answer(Exchange& exchange, const Request& request);
    [[nodiscard]] Meaning admit(Exchange& exchange, const Request& request);
    [[nodiscard]] Meaning verify(App& app, const std::string& identifier,
                                 const std::string& user_sig, Instant now);
    void answer_page(Exchange& exchange, const PageRequest& request);
    void write_rows(Exchange& exchange, const ResultSet& set, std::int64_t first,
                    std::int64_t count, std::string& rows);
    void write_row(Exchange& exchange, const Call& call, const Version& version, std::string& rows);
    void add_odd_rows(Exchange& exchange, const ResultSet& set, std::int64_t first,
                      std::int64_t end, std::string& rows);
    void finish(Exchange& exchange, const Envelope& envelope);
    void cover(App& app, Instant now);

    ServiceOptions options_;
    Instant began_;
    Faults faults_;
    std::map<std::int64_t, std::unique_ptr<App>> apps_;
    std::uint64_t requests_ = 0;
    Record record_{};  ///< reused from row to row
};

}  // namespace callarchive::simulator
