#pragma once

#include "base/time.h"
#include "engine/observer.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace callarchive {

/// Against what an application's state is judged.
struct HealthTerms {
    Seconds poll_interval{};
    Milliseconds request_timeout{};
    Seconds retention{};
};

/// Whether the process works and every application is being archived. Told by the engine's thread,
/// asked by the HTTP listener's.
class Health {
  public:
    struct Verdict {
        bool good = false;
        std::string json;  ///< `{"status":…,"reasons":[…]}`
    };

    /// The loop has come round.
    void heartbeat(Monotonic now);
    /// How every application stands; replaces what was said before.
    void update(const std::vector<SourceReport>& reports, const HealthTerms& terms);

    /// The loop has come round within the last minute.
    [[nodiscard]] Verdict alive(Monotonic now) const;
    /// Every application's newest poll is recent, its margin is above a seventh of the retention,
    /// and no unread gap is unacknowledged.
    [[nodiscard]] Verdict ready(Moment now) const;

  private:
    mutable std::mutex mutex_;
    Monotonic last_heartbeat_{};
    std::vector<SourceReport> reports_;
    HealthTerms terms_;
};

}  // namespace callarchive
