#pragma once

#include "engine/engine.h"
#include "sim/api_link.h"
#include "sim/disk.h"
#include "sim/disk_vfs.h"
#include "sim/oracle.h"
#include "sim/scenario.h"
#include "sim/served_records.h"
#include "sim/virtual_clock.h"
#include "sim/virtual_network.h"
#include "store/archive.h"

#include <fmt/format.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace callarchive::testing {

/// What one seed came to.
struct LifeReport {
    std::uint64_t seed = 0;
    std::vector<std::string> violations;
    bool cut_short = false;  ///< it asked so much that its end was not waited for
    double years = 0;
    std::int64_t cycles = 0;
    std::int64_t requests = 0;
    std::int64_t calls = 0;
    std::int64_t claims = 0;  ///< calls of the truth that were claimed and looked for
    std::int64_t power_cuts = 0;
    std::int64_t kills = 0;
    std::int64_t disk_failures = 0;
    std::int64_t network_failures = 0;
    std::map<std::string, std::int64_t> troubles;
    std::map<std::string, std::int64_t> api_faults;
    std::uint64_t fingerprint = 0;  ///< equal for equal lives: a seed replays
};

/// The production engine and store in a world made from a seed: its clock, network, API and disk,
/// and everything that goes wrong with them.
class Life final : public Observer {
  public:
    using Trace = std::function<void(const std::string&)>;

    /// `trace`, where given, is told what happens.
    Life(const Scenario& scenario, Trace trace);
    ~Life() override;

    [[nodiscard]] LifeReport live();

  private:
    // The machine: life.cpp
    void run_until(Instant until);
    void start_process();
    void end_process();
    void stop_in_order();
    void check(Depth depth);
    void note_request();
    void settle();
    [[nodiscard]] bool violations_enough() const;
    [[nodiscard]] bool asked_enough() const;

    // What befalls it: life_troubles.cpp
    void befall(const Event& event);
    void end_of(Trouble trouble);
    void apply_disk_faults();
    void machine_stopped();
    void down_for(Milliseconds time);
    void calm_down();
    void disturb(Instant from, Instant to);

    void on_request(const SourceIdentity& source, const RequestReport& report) override;
    void on_window(const SourceIdentity& source, const WindowReport& report) override;
    void on_failure(const SourceIdentity& source, const FailureReport& report) override;
    void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) override;
    void on_notice(const SourceIdentity& source, const NoticeReport& report) override;
    void on_cycle(const SourceReport& report) override;
    template <typename... Parts>
    void tell(fmt::format_string<Parts...> text, Parts&&... parts);

    const Scenario& scenario_;
    Trace trace_;
    Dice dice_;
    Instant began_;
    VirtualClock clock_;
    simulator::Service service_;
    ServedRecords served_;
    ApiLink link_;
    VirtualNetwork network_;
    Disk disk_;
    DiskVfs vfs_;
    Oracle oracle_;
    LifeReport report_;

    std::optional<Archive> archive_;
    std::unique_ptr<Engine> engine_;
    std::vector<SourceSettings> sources_;
    Instant starts_at_;                   ///< when the process is started next, if it is down
    std::map<Trouble, Instant> lasting_;  ///< what goes on now, until when
    bool stop_is_power_cut_ = false;
    std::vector<Disturbance> disturbances_;
    std::deque<Instant> request_times_;
    std::uint64_t process_seed_ = 1;
    bool archive_refused_ = false;
};

}  // namespace callarchive::testing
