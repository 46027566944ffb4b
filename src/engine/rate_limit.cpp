#include "engine/rate_limit.h"

#include "base/check.h"

#include <algorithm>
#include <iterator>
#include <variant>
#include <vector>

namespace callarchive {
namespace {

// A little more than a second: what is sent a second apart may arrive closer together.
constexpr Milliseconds sliding_window{1'015};
// A request without an answer arrived by then or never: an application must not stand still for one
// that hangs. As long as a lost packet is sent again twice (RFC 6298: after 1 s, then 2 s).
constexpr Milliseconds on_its_way_max{3'000};
// A lost packet is sent again after 200 ms at the earliest (Linux, TCP_RTO_MIN). Less says nothing
// of the way there: the service, the way back and we ourselves take their time too.
constexpr Milliseconds late{190};

}  // namespace

Monotonic RateLimit::next(Monotonic now) const {
    const auto limit = static_cast<std::size_t>(per_second_);
    if (under_way_.size() + arrived_.size() < limit) return now;
    // When each of them stops counting.
    std::vector<Monotonic> ends;
    ends.reserve(under_way_.size() + arrived_.size());
    for (const auto& [ticket, sent] : under_way_)
        ends.push_back(sent + on_its_way_max + sliding_window);
    for (const Monotonic arrived : arrived_)
        ends.push_back(arrived + sliding_window);
    const auto must_end = std::next(ends.begin(), static_cast<std::ptrdiff_t>(ends.size() - limit));
    std::nth_element(ends.begin(), must_end, ends.end());
    return std::max(now, *must_end);
}

void RateLimit::take(HttpTicket ticket, Monotonic now) {
    CHECK(next(now) <= now);
    forget_before(now);
    // Where it arrives there must be room for it: destructors give requests up.
    const std::size_t room = arrived_.size() + under_way_.size() + 1;
    if (arrived_.capacity() < room) arrived_.reserve(2 * room);
    under_way_.emplace(ticket, now);
}

void RateLimit::completed(const HttpCompletion& completion) {
    const auto* const answer = std::get_if<HttpAnswer>(&completion.outcome);
    // What stands between may answer sooner than the service: that says nothing of the way there.
    if (answer == nullptr || answer->status != 200) {
        return given_up(completion.ticket, completion.received);
    }
    if (under_way_.erase(completion.ticket) == 0) return;
    const Monotonic departed = completion.departed.value_or(completion.sent);
    const Milliseconds took = completion.received - departed;
    quickest_ = std::min(quickest_, took);
    arrived_.push_back(took - quickest_ < late ? departed : completion.received - quickest_);
}

void RateLimit::given_up(HttpTicket ticket, Monotonic now) noexcept {
    if (under_way_.erase(ticket) != 0) arrived_.push_back(now);
}

void RateLimit::forget_before(Monotonic now) {
    std::erase_if(arrived_, [&](Monotonic arrived) { return arrived + sliding_window <= now; });
    std::erase_if(under_way_, [&](const auto& request) {
        return request.second + on_its_way_max + sliding_window <= now;
    });
}

}  // namespace callarchive
