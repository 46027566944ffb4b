#include "plan/plan.h"

#include <algorithm>

namespace callarchive {
namespace {

/// Joins windows that touch or overlap; gives them back in order.
std::vector<Window> united(std::vector<Window> windows) {
    std::sort(windows.begin(), windows.end(),
              [](const Window& a, const Window& b) { return a.from < b.from; });
    std::vector<Window> joined;
    for (const Window& window : windows) {
        if (!joined.empty() && window.from <= joined.back().to) {
            joined.back().to = std::max(joined.back().to, window.to);
        } else {
            joined.push_back(window);
        }
    }
    return joined;
}

/// The part of the newest moments that a poll reads: the overlap, and what was not read since the
/// last poll unless that is so much that it is a backlog.
Window poll_window(const Ledger& ledger, Window readable, const Policy& policy) {
    Moment from = readable.to - policy.overlap;
    const Moment end = ledger.coverage.end();
    if (end < from && end >= from - policy.poll_interval) from = end;
    from = std::min(from, readable.to - Seconds{1});
    return {.from = std::max(from, readable.from), .to = readable.to};
}

/// Stretches that were never read, up to the newest moments, which are the poll's business.
void add_unread(const Ledger& ledger, const Window& older, std::vector<Window>& due) {
    for (const Segment& segment : ledger.coverage.segments()) {
        if (segment.state != CoverageState::open || segment.read_as_of) continue;
        const Window unread = intersection(segment.span, older);
        if (!unread.empty()) due.push_back(unread);
    }
    const Window beyond = intersection({.from = ledger.coverage.end(), .to = older.to}, older);
    if (!beyond.empty()) due.push_back(beyond);
}

/// Stretches that have passed revisit age number `stage` and were last read before they did, once
/// the longest-waiting of their moments has waited long enough for a request to be worth it.
void add_revisits(const Ledger& ledger, const Window& readable, std::size_t stage,
                  const Policy& policy, std::vector<Window>& due) {
    const Seconds age = policy.revisit[stage];
    // age(m) >= revisit age at `readable.to`: m <= now - age.
    const Moment passed_until = readable.to - age + Seconds{1};
    std::vector<Window> waiting;
    for (const Segment& segment : ledger.coverage.segments()) {
        if (segment.state != CoverageState::open || !segment.read_as_of) continue;
        // Read before it reached the age: as_of - m < age.
        const Window before{.from = *segment.read_as_of - age + Seconds{1}, .to = passed_until};
        const Window part = intersection(intersection(segment.span, before), readable);
        if (!part.empty()) waiting.push_back(part);
    }
    for (const Window& window : united(std::move(waiting))) {
        if (passed_until - window.from >= policy.patience(stage)) due.push_back(window);
    }
}

bool sweep_is_due(const Ledger& ledger, Moment now, const Policy& policy) {
    if (ledger.evidence.straddlers_are_returned()) return false;
    if (!ledger.sweep) return true;
    const Seconds since = now - ledger.sweep->as_of;
    // Negative: the clock stepped back since. Then the old sweep says nothing about when.
    return since >= policy.sweep_interval() || since < -policy.sweep_interval();
}

void add_in_pieces(Window window, Purpose purpose, Seconds length_max,
                   std::vector<PlannedWindow>& planned) {
    const Seconds step = std::max(Seconds{1}, length_max);
    while (!window.empty()) {
        const Moment to = std::min(window.to, window.from + step);
        planned.push_back({.window = {.from = window.from, .to = to}, .purpose = purpose});
        window.from = to;
    }
}

/// `windows` without what `taken` holds.
std::vector<Window> without(const std::vector<Window>& windows, const Window& taken) {
    std::vector<Window> rest;
    for (const Window& window : windows) {
        const Window before{.from = window.from, .to = std::min(window.to, taken.from)};
        const Window after{.from = std::max(window.from, taken.to), .to = window.to};
        if (!before.empty()) rest.push_back(before);
        if (!after.empty()) rest.push_back(after);
    }
    return rest;
}

std::vector<Window> without(std::vector<Window> windows, const std::vector<Window>& taken) {
    for (const Window& window : taken)
        windows = without(windows, window);
    return windows;
}

}  // namespace

Moment next_poll(const Ledger& ledger, Moment now, const Policy& policy) {
    const auto& segments = ledger.coverage.segments();
    if (segments.empty() || !segments.back().read_as_of) return now;
    const Moment last = *segments.back().read_as_of;
    // A poll that lies in the future by more than its interval was made before the clock stepped.
    if (last > now + policy.poll_interval) return now;
    return std::max(now, last + policy.poll_interval);
}

std::vector<PlannedWindow> plan(const Ledger& ledger, Moment now, const Policy& policy) {
    const Window readable{.from = std::max(ledger.coverage.beginning(), now - policy.retention),
                          .to = now};
    if (readable.empty()) return {};

    std::vector<PlannedWindow> planned;
    const Window newest = poll_window(ledger, readable, policy);
    const bool poll_due = next_poll(ledger, now, policy) <= now;
    if (poll_due) planned.push_back({.window = newest, .purpose = Purpose::poll});

    std::vector<Window> unread;
    add_unread(ledger, {.from = readable.from, .to = newest.from}, unread);
    std::vector<Window> revisits;
    for (std::size_t stage = 0; stage < policy.revisit.size(); ++stage) {
        add_revisits(ledger, readable, stage, policy, revisits);
    }
    revisits = without(united(std::move(revisits)), unread);
    if (poll_due) revisits = without(std::move(revisits), std::vector<Window>{newest});

    const auto backlog_begins = static_cast<std::ptrdiff_t>(planned.size());
    for (const Window& window : unread) {
        add_in_pieces(window, Purpose::first_read, policy.window_max, planned);
    }
    for (const Window& window : revisits) {
        add_in_pieces(window, Purpose::revisit, policy.window_max, planned);
    }
    std::stable_sort(planned.begin() + backlog_begins, planned.end(),
                     [](const PlannedWindow& a, const PlannedWindow& b) {
                         return a.window.from < b.window.from;
                     });
    if (sweep_is_due(ledger, now, policy)) {
        planned.push_back({.window = readable, .purpose = Purpose::sweep});
    }
    return planned;
}

}  // namespace callarchive
