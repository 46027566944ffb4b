#include "plan/ledger.h"

#include "base/check.h"

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

/// The latest instant at which every call starting or ending at `moment` that existed would have
/// been received. While the filter may hide straddling calls, a window's read alone says nothing of
/// them: only a sweep does.
std::optional<Moment> read_for_certain(const Ledger& ledger, const Segment& segment,
                                       Moment moment) {
    if (ledger.evidence.straddlers_are_returned()) return segment.read_as_of;
    if (!segment.read_as_of || !ledger.sweep || moment < ledger.sweep->from) return std::nullopt;
    if (ledger.sweep->as_of <= moment) return std::nullopt;
    return std::min(*segment.read_as_of, ledger.sweep->as_of);
}

/// How many revisit ages a read at this age has behind it.
std::size_t stage_at(Seconds age, const Policy& policy) {
    return static_cast<std::size_t>(std::count_if(policy.revisit.begin(), policy.revisit.end(),
                                                  [&](Seconds revisit) { return age >= revisit; }));
}

/// A gap that is told as one with the gap before it: same reason, same stage of reading, and
/// nobody has acknowledged the earlier one meanwhile.
bool continues(const Segment& before, const Segment& after, const Ledger& ledger,
               const Policy& policy) {
    if (before.state != CoverageState::gap || after.state != CoverageState::gap) return false;
    if (before.reason != after.reason) return false;
    if (before.detected_at <= ledger.acknowledged_until) return false;
    return before.reason == GapReason::unread ||
           stage_at(before.last_read_age.value_or(Seconds{0}), policy) ==
               stage_at(after.last_read_age.value_or(Seconds{0}), policy);
}

Segment as_gap(const Ledger& ledger, const Segment& segment, Moment now) {
    const Moment newest = segment.span.to - Seconds{1};
    const auto read = read_for_certain(ledger, segment, newest);
    Segment gap{.span = segment.span};
    gap.state = CoverageState::gap;
    gap.detected_at = now;
    gap.reason = read ? GapReason::early : GapReason::unread;
    // The newest moment was read at the smallest age: what is said then holds for all of them.
    if (read) {
        gap.read_as_of = read;
        gap.last_read_age = std::max(Seconds{0}, *read - newest);
    }
    return gap;
}

}  // namespace

void Ledger::record_read(const Window& window, Moment as_of, const Policy& policy) {
    coverage.change(window, [&](Segment& segment) {
        if (segment.state != CoverageState::open) return;
        segment.read_as_of = std::max(segment.read_as_of.value_or(as_of), as_of);
    });
    settle(policy);
}

void Ledger::record_sweep(const Sweep& done, const Policy& policy) {
    if (!sweep || sweep->as_of <= done.as_of) sweep = done;
    settle(policy);
}

void Ledger::settle(const Policy& policy) {
    // A moment is final when it was read for certain at final_age() or more, so each segment is
    // final up to the moment that was exactly of that age.
    std::vector<Window> settled;
    for (const Segment& segment : coverage.segments()) {
        if (segment.state != CoverageState::open || !segment.read_as_of) continue;
        Window span = segment.span;
        Moment read = *segment.read_as_of;
        if (!evidence.straddlers_are_returned()) {
            if (!sweep) continue;
            span.from = std::max(span.from, sweep->from);
            read = std::min(read, sweep->as_of);
        }
        span.to = std::min(span.to, read - policy.final_age() + Seconds{1});
        if (!span.empty()) settled.push_back(span);
    }
    for (const Window& span : settled) {
        coverage.change(span, [](Segment& segment) { segment.state = CoverageState::final; });
    }
}

void Ledger::trim_beginning(Moment earliest_readable) {
    Moment later = std::min(earliest_readable, beginning_may_move_to);
    if (!coverage.segments().empty()) {
        // While no sweep has been finished either, the first reads are still under way.
        const Segment& first = coverage.segments().front();
        if (first.state != CoverageState::open) return;
        if (read_for_certain(*this, first, first.span.from)) return;
        later = std::min(later, first.span.to);
    }
    coverage.begin_later(later);
}

void Ledger::begin_anew(Moment beginning) {
    const auto& segments = coverage.segments();
    const bool untouched =
        !sweep && std::all_of(segments.begin(), segments.end(), [](const Segment& segment) {
            return segment.state == CoverageState::open && !segment.read_as_of;
        });
    if (!untouched) return;
    beginning_may_move_to += beginning - coverage.beginning();
    coverage = Coverage{beginning};
}

std::vector<Segment> Ledger::expire(Moment now, const Policy& policy) {
    return expire_before(now - policy.retention, now, policy);
}

std::vector<Segment> Ledger::expire_before(Moment edge, Moment now, const Policy& policy) {
    if (edge <= coverage.beginning()) return {};
    trim_beginning(edge);

    std::vector<Segment> lost;
    coverage.change({.from = coverage.beginning(), .to = edge}, [&](Segment& segment) {
        if (segment.state != CoverageState::open) return;
        segment = as_gap(*this, segment, now);
        lost.push_back(segment);
    });
    if (lost.empty()) return lost;

    // Loss goes on by the second while nobody reads: one long gap is told, not one for each cycle.
    std::vector<Segment> told;
    for (const Segment& segment : coverage.segments()) {
        if (!told.empty() && continues(told.back(), segment, *this, policy)) {
            Segment& gap = told.back();
            gap.span.to = segment.span.to;
            gap.detected_at = segment.detected_at;
            if (gap.last_read_age) {
                gap.last_read_age = std::min(*gap.last_read_age, *segment.last_read_age);
                gap.read_as_of = std::min(gap.read_as_of, segment.read_as_of);
            }
        } else {
            told.push_back(segment);
        }
    }
    auto merged = Coverage::from_segments(coverage.beginning(), std::move(told));
    CHECK(merged.has_value());
    coverage = *std::move(merged);
    return lost;
}

Moment Ledger::cursor() const {
    for (const Segment& segment : coverage.segments()) {
        if (segment.state == CoverageState::open) return segment.span.from;
    }
    return coverage.end();
}

Moment Ledger::head() const {
    for (const Segment& segment : coverage.segments()) {
        if (segment.state == CoverageState::open && !segment.read_as_of) return segment.span.from;
    }
    return coverage.end();
}

Seconds Ledger::margin(Moment now, const Policy& policy) const {
    return std::min(policy.retention, head() + policy.retention - now);
}

}  // namespace callarchive
