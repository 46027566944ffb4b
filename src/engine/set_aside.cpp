#include "engine/set_aside.h"

#include <algorithm>

namespace callarchive {
namespace {

constexpr Milliseconds first_wait_most{60'000};
constexpr Milliseconds longest_wait_most{3'600'000};
// What has been waiting longest is dropped first: the planner simply tries it again.
constexpr std::size_t entries_max = 256;

}  // namespace

std::vector<PlannedWindow> without(const std::vector<PlannedWindow>& planned, const Window& taken) {
    std::vector<PlannedWindow> left;
    for (const PlannedWindow& p : planned) {
        if (p.purpose == Purpose::sweep) {
            left.push_back(p);
            continue;
        }
        PlannedWindow before = p;
        before.window.to = std::min(p.window.to, taken.from);
        PlannedWindow after = p;
        after.window.from = std::max(p.window.from, taken.to);
        if (!before.window.empty()) left.push_back(before);
        if (!after.window.empty()) left.push_back(after);
    }
    return left;
}

SetAside::SetAside(Seconds retention)
    : first_wait_(std::min<Milliseconds>(first_wait_most, retention / 60)),
      longest_wait_(std::min<Milliseconds>(longest_wait_most, retention / 20)) {}

Milliseconds SetAside::wait_after(int tries) const {
    Milliseconds wait = first_wait_;
    for (int i = 1; i < tries && wait < longest_wait_; ++i)
        wait *= 2;
    return std::min(wait, longest_wait_);
}

void SetAside::add(const Window& window, Monotonic now) {
    const auto known = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.window == window; });
    if (known != entries_.end()) {
        ++known->tries;
        known->until = now + wait_after(known->tries);
        return;
    }
    if (entries_.size() >= entries_max) entries_.erase(entries_.begin());
    entries_.push_back({.window = window, .tries = 1, .until = now + wait_after(1)});
}

void SetAside::add_for_good(const Window& window) {
    if (entries_.size() >= entries_max) entries_.erase(entries_.begin());
    entries_.push_back({.window = window, .tries = 1, .until = Monotonic::max()});
}

std::vector<PlannedWindow> SetAside::filter(const std::vector<PlannedWindow>& planned,
                                            Monotonic now) const {
    std::vector<PlannedWindow> left = planned;
    for (const Entry& entry : entries_) {
        if (entry.until > now) left = without(left, entry.window);
    }
    return left;
}

void SetAside::clear(const Window& window) {
    std::erase_if(entries_, [&](const Entry& entry) {
        return window.from <= entry.window.from && entry.window.to <= window.to;
    });
}

Monotonic SetAside::next(Monotonic now) const {
    Monotonic first = Monotonic::max();
    for (const Entry& entry : entries_) {
        if (entry.until > now) first = std::min(first, entry.until);
    }
    return first;
}

}  // namespace callarchive
