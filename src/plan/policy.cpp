#include "plan/policy.h"

#include <algorithm>

namespace callarchive {

Seconds Policy::patience(std::size_t stage) const {
    const Seconds age = revisit[stage];
    const Seconds next = stage + 1 < revisit.size() ? revisit[stage + 1] : retention;
    return std::max(Seconds{1}, std::min(age / 8, (next - age) / 4));
}

Seconds Policy::sweep_interval() const {
    const Seconds left = retention - final_age();
    return std::max({poll_interval, left / 4, left / 2 - poll_interval - overlap});
}

}  // namespace callarchive
