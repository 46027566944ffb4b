#include "sim/life.h"
#include "simulator/faults.h"

#include <algorithm>
#include <cmath>

namespace callarchive::testing {

void Life::disturb(Instant from, Instant to) {
    if (from < to) disturbances_.push_back({from, to});
    std::sort(disturbances_.begin(), disturbances_.end(),
              [](const Disturbance& a, const Disturbance& b) { return a.from < b.from; });
}

void Life::down_for(Milliseconds time) {
    starts_at_ = clock_.true_now() + std::max(time, Milliseconds{1'000});
    disturb(clock_.true_now(), starts_at_);
}

void Life::machine_stopped() {
    if (trace_) trace_("  == stopped; not synced: " + disk_.unsynced());
    const double survives[] = {0.0, 0.2, 0.5, 0.9, 1.0};
    if (stop_is_power_cut_) {
        ++report_.power_cuts;
        disk_.cut_power(dice_.one_of(survives));
    } else {
        ++report_.kills;
        disk_.kill();
    }
    end_process();
    apply_disk_faults();
    check(Depth::ledger);
    down_for(Milliseconds{dice_.between(1'000, 60'000)});
}

void Life::befall(const Event& event) {
    Dice dice{event.draw};
    const Instant now = clock_.true_now();
    const Policy& policy = scenario_.policy();
    ++report_.troubles[name_of(event.trouble)];
    if (trace_) trace_("  == " + std::string{name_of(event.trouble)});
    switch (event.trouble) {
        case Trouble::outage:
            network_.faults.outage = true;
            break;
        case Trouble::poor_network:
            network_.faults.refused = dice.unit() * 0.4;
            network_.faults.timed_out = dice.unit() * 0.3;
            network_.faults.truncated = dice.unit() * 0.4;
            network_.faults.broken_after = dice.unit() * 0.4;
            break;
        case Trouble::api_fault: {
            // One at a time: two can add up to a plausible lie that nobody could see through.
            service_.faults().clear();
            simulator::FaultRule rule;
            rule.fault = simulator::find_fault(dice.one_of(scenario_.api_faults));
            rule.probability = dice.chance(0.4) ? 1.0 : dice.unit();
            service_.faults().add(rule);
            break;
        }
        case Trouble::kill:
            ++report_.kills;
            disk_.kill();
            end_process();
            apply_disk_faults();
            check(Depth::ledger);
            down_for(event.lasts);
            return;
        case Trouble::kill_inside:
        case Trouble::power_cut:
            stop_is_power_cut_ = event.trouble == Trouble::power_cut;
            disk_.set_faults({.stop_at = dice.between(1, dice.chance(0.5) ? 40 : 600)});
            return;
        case Trouble::restart:
            stop_in_order();
            down_for(Milliseconds{dice.between(1'000, 10'000)});
            return;
        case Trouble::disk_full:
        case Trouble::disk_error:
            break;
        case Trouble::disk_fails_once:
            disk_.set_faults(
                {.fail_at = dice.between(1, 400),
                 .failure = dice.chance(0.5) ? DiskOutcome::io_error : DiskOutcome::full});
            return;
        case Trouble::clock_error: {
            const auto overlap = policy.overlap.count() * 1'000;
            const auto years = std::int64_t{10} * 365 * 86'400 * 1'000;
            Milliseconds error{0};
            if (dice.chance(0.5)) {
                error = Milliseconds{dice.between(-overlap, overlap)};
            } else if (dice.chance(0.5)) {
                error = Milliseconds{dice.between(-years, years)};
            }
            if (trace_) trace_("     by " + std::to_string(error.count()) + " ms");
            clock_.set_wall_error(error);
            return;
        }
        case Trouble::suspend:
            // Connections do not outlive the sleep; their requests fail when the machine wakes.
            clock_.advance(event.lasts);
            disturb(now, clock_.true_now());
            return;
        case Trouble::reload: {
            for (SourceSettings& source : sources_) {
                source.requests.concurrency = static_cast<int>(dice.between(1, 8));
                source.requests.page_size = static_cast<int>(dice.between(20, 100));
            }
            if (engine_ && !engine_->configure(sources_).ok()) {
                disk_.kill();
                end_process();
                down_for(Milliseconds{5'000});
            }
            return;
        }
    }
    auto& until = lasting_[event.trouble];
    until = std::max(until, now + event.lasts);
    disturb(now, until);
    apply_disk_faults();
}

void Life::apply_disk_faults() {
    DiskFaults faults;
    if (lasting_.contains(Trouble::disk_full)) {
        faults.capacity = std::max<std::int64_t>(1, disk_.bytes() + dice_.between(0, 100'000));
    }
    if (lasting_.contains(Trouble::disk_error)) faults.io_error = 0.02 + dice_.unit() * 0.5;
    disk_.set_faults(faults);
}

void Life::end_of(Trouble trouble) {
    if (trace_) trace_("  == over: " + std::string{name_of(trouble)});
    switch (trouble) {
        case Trouble::outage:
            network_.faults.outage = false;
            break;
        case Trouble::poor_network: {
            const bool outage = network_.faults.outage;
            network_.faults = scenario_.background;
            network_.faults.outage = outage;
            break;
        }
        case Trouble::api_fault:
            service_.faults().clear();
            break;
        case Trouble::disk_full:
        case Trouble::disk_error:
            apply_disk_faults();
            break;
        case Trouble::kill:
        case Trouble::kill_inside:
        case Trouble::power_cut:
        case Trouble::restart:
        case Trouble::disk_fails_once:
        case Trouble::clock_error:
        case Trouble::suspend:
        case Trouble::reload:
            break;
    }
}

void Life::calm_down() {
    if (trace_) trace_("  == all is calm");
    const auto going_on = std::exchange(lasting_, {});
    for (const auto& [trouble, until] : going_on)
        end_of(trouble);
    network_.faults = {};
    service_.faults().clear();
    disk_.set_faults({});
    clock_.set_wall_error(Milliseconds{0});
    starts_at_ = std::min(starts_at_, clock_.true_now());
}

}  // namespace callarchive::testing
