#pragma once

#include "base/time.h"
#include "port/http.h"

#include <map>
#include <vector>

namespace callarchive {

/// Never more than `per_second` requests in any sliding second, as the service counts them: when
/// they arrive. A request counts until a second after it was sent, or after it set out, where a
/// connection was made for it first, or, where its answer is late as if a packet was lost, after
/// the latest time at which it can have arrived. One limit for each application, shared by its
/// entries, for the vendor counts them together.
class RateLimit {
  public:
    explicit RateLimit(int per_second) : per_second_(per_second) {}

    void set(int per_second) { per_second_ = per_second; }

    /// The earliest time, not before `now`, at which one more request keeps the limit, as far as is
    /// known now: an answer that comes before it may bring it forward or put it off.
    [[nodiscard]] Monotonic next(Monotonic now) const;

    /// A request goes out now. Requires next(now) <= now.
    void take(HttpTicket ticket, Monotonic now);

    /// It came to its end, whatever that was; what is not under way is of no concern.
    void completed(const HttpCompletion& completion);

    /// Nobody waits for its answer any more: it has arrived by now, if ever.
    void given_up(HttpTicket ticket, Monotonic now) noexcept;

  private:
    void forget_before(Monotonic now);

    int per_second_;
    std::map<HttpTicket, Monotonic> under_way_;    ///< when each was sent
    std::vector<Monotonic> arrived_;               ///< when those that still count did, at latest
    Milliseconds quickest_ = Milliseconds::max();  ///< from a request to its answer
};

}  // namespace callarchive
