#pragma once

#include "app/log/log.h"
#include "base/time.h"
#include "engine/observer.h"
#include "port/clock.h"
#include "sys/service_manager.h"

#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// What the service manager is told, and when: a status that changed, a sign of life at half of
/// its patience. A manager that cannot be told is worth one line in the log and stops nothing.
class Supervision {
  public:
    /// The references must outlive it.
    Supervision(const Clock& clock, Log& log);

    [[nodiscard]] const ServiceManager& manager() const { return manager_; }

    /// Everything is up; also the end of a reload. `remark`, such as why a reload came to nothing,
    /// stays before the status until the next ready().
    void ready(const std::string& remark = {});
    void reloading();
    void stopping();
    /// How the applications stand.
    void update(const std::vector<SourceReport>& reports);
    /// A turn of the engine must not be longer, lest a sign of life comes late.
    [[nodiscard]] Milliseconds turn_max() const;
    /// To be called only after a turn that went on as it should (sd_watchdog_enabled(3)).
    void sign_of_life();

  private:
    void check(const Result<Done>& told);
    [[nodiscard]] std::string status() const;

    const Clock& clock_;
    Log& log_;
    ServiceManager manager_;
    bool complained_ = false;
    std::string remark_;
    std::string standing_ = "up, nothing read yet";
    std::string told_;
    std::optional<Monotonic> last_sign_;
};

}  // namespace callarchive
