#include "engine/local_time.h"

namespace callarchive {
namespace {

// What starts with a wrong clock has long got the right one by then, if there is a way to get it.
constexpr Milliseconds steady_after = std::chrono::hours{24};
// A time service slews both clocks alike (clock_gettime(2), CLOCK_BOOTTIME): what is more is a
// step.
constexpr Milliseconds step_min{2'000};

}  // namespace

void LocalTime::observe(Instant local, Monotonic at) {
    if (!has_gone_on_to(local, at)) first_ = {local, at};
}

bool LocalTime::is_steady(Instant local, Monotonic at) const {
    return has_gone_on_to(local, at) && at - first_->at >= steady_after;
}

bool LocalTime::has_gone_on_to(Instant local, Monotonic at) const {
    return first_ && std::chrono::abs((local - first_->local) - (at - first_->at)) < step_min;
}

}  // namespace callarchive
