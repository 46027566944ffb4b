#include "sim/oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace callarchive::testing {
namespace {

constexpr std::size_t violations_max = 20;
// What goes to and fro is followed so far; what is new is always kept.
constexpr std::int64_t revisions_followed = 8;

std::int64_t seconds(Instant instant) {
    return unix_seconds(moment_of(instant));
}

}  // namespace

Oracle::Oracle(const Scenario& scenario, simulator::Service& service, const ServedRecords& served,
               Instant began)
    : scenario_(scenario), service_(service), served_(served), began_(began) {}

void Oracle::violated(std::string what) {
    if (violations_.size() >= violations_max) return;
    if (std::find(violations_.begin(), violations_.end(), what) != violations_.end()) return;
    violations_.push_back(std::move(what));
}

void Oracle::check_state(const Snapshot& snapshot, Instant now) {
    for (const std::string& problem : snapshot.problems)
        violated(problem);
    for (const auto& [id, call] : last_.calls) {
        if (!snapshot.calls.contains(id)) violated("gone: call " + id);
    }
    for (const auto& [name, source] : last_.sources) {
        const auto found = snapshot.sources.find(name);
        if (found == snapshot.sources.end()) {
            violated("gone: source " + name);
        } else {
            check_progress(name, source, found->second);
        }
    }
    for (const auto& [name, source] : snapshot.sources)
        check_ledger(name, source, now);
    const auto calls = static_cast<std::int64_t>(snapshot.calls.size());
    if (calls < told_added_) {
        violated(fmt::format("{} calls were told as archived, {} are there", told_added_, calls));
    }
    for (const auto& [name, cursor] : told_cursors_) {
        const auto found = snapshot.sources.find(name);
        if (found == snapshot.sources.end() || found->second.cursor < cursor) {
            violated(name + ": the cursor is behind what was told");
        }
    }
}

void Oracle::told_cursor(const std::string& source, std::int64_t cursor) {
    auto& told = told_cursors_[source];
    told = std::max(told, cursor);
}

void Oracle::check_ledger(const std::string& name, const Snapshot::Source& source, Instant now) {
    if (source.coverage.empty()) return;
    const Policy& policy = scenario_.policy();
    const std::int64_t retention = policy.retention.count();
    // Something of the oldest seconds is gone before the first answer can arrive.
    const std::int64_t may_move =
        std::max(policy.overlap.count(), std::min<std::int64_t>(60, retention / 4));
    const std::int64_t beginning = source.coverage.front().from;
    const Instant latest = scenario_.clock_error_at_boot.count() == 0 ? began_ : first_answer;
    if (beginning < seconds(began_) - retention - 5 ||
        (latest != Instant::max() && beginning > seconds(latest) - retention + may_move + 5)) {
        violated(
            fmt::format("{}: the archive's time begins at {}, installed at {} with a retention "
                        "of {}",
                        name, beginning, seconds(began_), retention));
    }
    std::int64_t end = beginning;
    for (const auto& stretch : source.coverage) {
        if (stretch.from != end || stretch.to <= stretch.from) {
            violated(fmt::format("{}: coverage has a hole or an overlap at {}", name, end));
        }
        end = stretch.to;
        if (stretch.read_at && *stretch.read_at > seconds(now) + 1) {
            violated(fmt::format("{}: {} claims a read in the future", name, stretch.from));
        }
        if (stretch.read_at && *stretch.read_at < stretch.from) {
            violated(fmt::format("{}: {} was read before it was", name, stretch.from));
        }
        if (stretch.state == "final" && (!stretch.read_at || *stretch.read_at - (stretch.to - 1) <
                                                                 policy.revisit.back().count())) {
            violated(fmt::format("{}: [{}, {}) is final, read at {}", name, stretch.from,
                                 stretch.to, stretch.read_at.value_or(0)));
        }
    }
}

void Oracle::check_progress(const std::string& name, const Snapshot::Source& before,
                            const Snapshot::Source& after) {
    if (after.cursor < before.cursor) violated(name + ": the cursor went back");
    if (after.head < before.head) violated(name + ": the head went back");
    for (const auto& old : before.coverage) {
        // Both ends tell of the whole: stretches are only ever cut or joined.
        for (const std::int64_t moment : {old.from, old.to - 1}) {
            const auto* now = after.at(moment);
            if (now == nullptr) {
                // The first seconds may turn out never to have been the archive's time.
                if (old.state == "open" && !after.coverage.empty() &&
                    moment < after.coverage.front().from) {
                    continue;
                }
                violated(fmt::format("{}: moment {} left the ledger", name, moment));
            } else if (old.state != "open" && now->state != old.state) {
                violated(fmt::format("{}: moment {} was {} and is {}", name, moment, old.state,
                                     now->state));
            } else if (old.state == "open" && now->state != "gap" && old.read_at &&
                       now->read_at.value_or(0) < *old.read_at) {
                violated(fmt::format("{}: moment {} was read at {} and now at {}", name, moment,
                                     *old.read_at, now->read_at.value_or(0)));
            }
        }
    }
}

bool Oracle::claimed(const Snapshot::Stretch& stretch, std::int64_t position,
                     const simulator::TruthCall& call) const {
    const auto& personality = scenario_.service.personality;
    const Policy& policy = scenario_.policy();
    if (!stretch.read_at || (stretch.state == "gap" && stretch.reason == "unread")) return false;
    std::int64_t read_at = *stretch.read_at;
    // Final says more: read when the moment had reached the last revisit age, or later. The age is
    // taken from the settings, not from what the product makes of them.
    const std::int64_t settled_at = position + policy.revisit.back().count();
    if (stretch.state == "final") read_at = std::max(read_at, settled_at);
    if (personality.filter == simulator::Filter::start_and_end) {
        // Calls that lie across windows come with the sweeps, which finality waits for.
        if (stretch.state != "final") return false;
        read_at = settled_at;
    }
    // A call whose start is corrected lies somewhere else before.
    std::int64_t appears = seconds(call.visible_from) + 1;
    if (personality.moved_share > 0) {
        appears = std::max(appears, call.record->version.end) + policy.retention.count() / 50 + 1;
    }
    // Under a filter on the end a call may leave, counted from its start, long before its moment.
    const bool leaves_with_its_moment = personality.filter == simulator::Filter::start &&
                                        personality.retention_from == simulator::Basis::start &&
                                        personality.moved_share == 0;
    const std::int64_t reading_takes =
        leaves_with_its_moment ? 0 : std::min<std::int64_t>(policy.retention.count() / 20, 3'600);
    const std::int64_t leaves = seconds(call.visible_until);
    // A gap that is told as one has the time at which the first of its parts was read. The others
    // were read later, some just before their moments left.
    if (stretch.state == "gap" && !leaves_with_its_moment &&
        leaves < position + policy.retention.count()) {
        return false;
    }
    return appears < read_at && leaves > read_at + reading_takes;
}

bool Oracle::settled_before(std::int64_t read_at, const simulator::TruthCall& call) const {
    const auto& personality = scenario_.service.personality;
    if (personality.flipping_share > 0 || personality.moved_share > 0) return false;
    const std::int64_t ended = std::max(seconds(call.visible_from), call.record->version.end) + 1;
    return call.record->version.end != 0 &&
           ended + scenario_.policy().retention.count() / 50 + 1 < read_at;
}

void Oracle::check_claims(const Snapshot& snapshot, Instant now) {
    const bool both = scenario_.service.personality.filter == simulator::Filter::start_and_end;
    const bool by_end = scenario_.service.personality.filter == simulator::Filter::end;
    // A record whose id or start was spoiled on its way is kept as it came: as another call, or
    // elsewhere, or among the rejected.
    if (scenario_.faults_of_records) return;
    for (const SourceSettings& settings : scenario_.sources) {
        const auto source = snapshot.sources.find(settings.identity.name);
        if (source == snapshot.sources.end()) continue;
        const auto dialect = settings.identity.dialect == Dialect::v1 ? simulator::Dialect::v1
                                                                      : simulator::Dialect::v4;
        service_.for_each_truth(
            settings.identity.sdk_app_id, dialect, now, [&](const simulator::TruthCall& call) {
                const auto& version = call.record->version;
                const std::int64_t position = by_end ? version.end : version.start;
                const auto* stretch = source->second.at(position);
                if (stretch == nullptr || !claimed(*stretch, position, call)) return;
                ++claims_checked_;
                const auto archived = snapshot.calls.find(call.record->call_id);
                if (archived != snapshot.calls.end()) {
                    const std::string expected = row_of(*call.record);
                    if (!archived->second.row.empty() && archived->second.row != expected &&
                        !both && settled_before(*stretch->read_at, call)) {
                        violated(
                            fmt::format("STALE {}: {} is\n    {}\n  though read at {} as\n    {}",
                                        settings.identity.name, archived->first,
                                        archived->second.row, *stretch->read_at, expected));
                    }
                    return;
                }
                violated(fmt::format(
                    "LOST {}: {} started {} ended {} readable from {} until {}; [{}, {}) is {} "
                    "{}read at {}",
                    settings.identity.name, call.record->call_id, version.start, version.end,
                    seconds(call.visible_from), seconds(call.visible_until), stretch->from,
                    stretch->to, stretch->state, stretch->reason, stretch->read_at.value_or(0)));
            });
    }
}

void Oracle::check_content(const Snapshot& snapshot) {
    if (scenario_.faults_of_records) return;
    if (snapshot.rejected != 0) violated("records were rejected, and all were good");
    for (const auto& [id, call] : snapshot.calls) {
        if (!served_.served(id, call.row)) {
            violated(fmt::format("{} is stored as\n    {}\n  served as {}", id, call.row,
                                 served_.versions(id)));
        }
    }
    std::map<std::string, std::int64_t> revisions;
    for (const auto& [id, row] : snapshot.revisions)
        ++revisions[id];
    for (const auto& [id, call] : snapshot.calls) {
        const auto found = revisions.find(id);
        const std::int64_t kept = found == revisions.end() ? 0 : found->second;
        const std::int64_t most = revisions_followed + served_.count(id);
        if (call.revision != kept + 1 || call.revision > most) {
            violated(fmt::format("{} is revision {}, with {} before it", id, call.revision, kept));
        }
    }
    for (const auto& [id, row] : snapshot.revisions) {
        if (!served_.served(id, row)) {
            violated(fmt::format("{} has the revision\n    {}\n  served as {}", id, row,
                                 served_.versions(id)));
        }
    }
}

void Oracle::check_gaps(const Snapshot& snapshot, const std::vector<Disturbance>& disturbances,
                        Instant now) {
    const Policy& policy = scenario_.policy();
    for (const auto& [name, source] : snapshot.sources) {
        for (const auto& stretch : source.coverage) {
            if (stretch.state != "gap") continue;
            // When the last of it could be read, or read late enough to be final.
            const Seconds age = stretch.reason == "early" ? policy.revisit.back() : Seconds{0};
            const Instant from{std::max(moment_from_unix(stretch.to) + age, moment_of(began_))};
            const Instant to =
                std::min<Instant>(moment_from_unix(stretch.from) + policy.retention, now);
            Milliseconds longest{0};
            Instant calm_since = from;
            for (const auto& disturbance : disturbances) {
                if (disturbance.to <= calm_since) continue;
                if (disturbance.from >= to) break;
                longest = std::max(longest, disturbance.from - calm_since);
                calm_since = std::max(calm_since, disturbance.to);
            }
            longest = std::max(longest, to - calm_since);
            const Milliseconds enough =
                std::max<Milliseconds>((policy.retention - age) / 2, 3 * policy.poll_interval);
            if (to - from >= enough && longest >= enough) {
                violated(fmt::format("{}: [{}, {}) is an {} gap, though all was calm for {} s",
                                     name, stretch.from, stretch.to, stretch.reason,
                                     longest.count() / 1'000));
            }
        }
    }
}

void Oracle::check_settled(const Snapshot& snapshot, Instant now) {
    const Policy& policy = scenario_.policy();
    for (const SourceSettings& settings : scenario_.sources) {
        const auto found = snapshot.sources.find(settings.identity.name);
        if (found == snapshot.sources.end()) {
            violated(settings.identity.name + ": never came up");
            continue;
        }
        const std::int64_t behind = seconds(now) - found->second.head;
        if (behind > 2 * policy.poll_interval.count() + 60) {
            violated(fmt::format("{}: calm for long, and the head is {} s behind",
                                 settings.identity.name, behind));
        }
        const std::int64_t open = seconds(now) - found->second.cursor;
        if (open > policy.retention.count()) {
            violated(fmt::format("{}: the cursor is {} s behind", settings.identity.name, open));
        }
    }
}

}  // namespace callarchive::testing
