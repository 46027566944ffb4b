#include "engine/rate_limit.h"

#include "base/check.h"

#include <algorithm>

namespace callarchive {
namespace {

// A little more than a second: requests sent a second apart may arrive closer together, and the
// service counts arrivals.
constexpr Milliseconds sliding_window{1020};

}  // namespace

Monotonic RateLimit::next(Monotonic now) const {
    const auto limit = static_cast<std::size_t>(per_second_);
    if (sent_.size() < limit) return now;
    return std::max(now, sent_[sent_.size() - limit] + sliding_window);
}

void RateLimit::take(Monotonic now) {
    CHECK(next(now) <= now);
    sent_.push_back(now);
    while (!sent_.empty() && sent_.front() + sliding_window <= now)
        sent_.pop_front();
}

}  // namespace callarchive
