#pragma once

#include "engine/settings.h"
#include "sim/dice.h"
#include "sim/virtual_network.h"
#include "simulator/service.h"

#include <string>
#include <vector>

namespace callarchive::testing {

/// What can happen to a daemon in its life. Which of them do is drawn for each seed, so that every
/// combination comes up, and each alone too.
enum class Trouble {
    outage,        ///< the network is gone
    poor_network,  ///< exchanges fail now and then
    api_fault,     ///< the API misbehaves in one way
    kill,          ///< the process is killed between two steps
    kill_inside,   ///< the process is killed at an operation of the disk
    power_cut,     ///< the machine loses power at an operation of the disk
    restart,       ///< the process is stopped in order and started again
    disk_full,
    disk_error,       ///< operations fail for a while
    disk_fails_once,  ///< one operation fails
    clock_error,      ///< the local clock is wrong from now on
    suspend,          ///< the machine sleeps
    reload,           ///< the configuration is read again, changed
};
inline constexpr int trouble_kinds = 13;
[[nodiscard]] const char* name_of(Trouble trouble);

struct Event {
    Milliseconds at;  ///< since the beginning
    Milliseconds lasts{0};
    Trouble trouble{};
    std::uint64_t draw = 0;  ///< for its details
};

/// One life, drawn from a seed.
struct Scenario {
    std::uint64_t seed = 0;
    std::vector<SourceSettings> sources;
    simulator::ServiceOptions service;
    NetworkFaults background;
    Milliseconds latency_max{};
    std::vector<std::string> api_faults;  ///< by name
    Milliseconds clock_error_at_boot{0};
    Milliseconds length{};
    std::vector<Event> events;       ///< by time
    bool faults_of_records = false;  ///< contents cannot be compared then

    [[nodiscard]] const Policy& policy() const { return sources.front().policy; }
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] Scenario draw_scenario(std::uint64_t seed);

}  // namespace callarchive::testing
