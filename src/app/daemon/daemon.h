#pragma once

#include "app/commands/command.h"
#include "app/commands/writing.h"
#include "app/daemon/activity.h"
#include "app/daemon/pinger.h"
#include "app/daemon/shared_http.h"
#include "app/daemon/signs_of_life.h"
#include "app/daemon/supervision.h"
#include "app/http/health.h"
#include "app/http/listener.h"
#include "app/http/metrics.h"
#include "app/log/logging_observer.h"
#include "app/log/observers.h"
#include "engine/engine.h"

#include <memory>
#include <optional>
#include <string>

namespace callarchive {

/// The daemon's life between its start and SIGTERM.
class Daemon {
  public:
    Daemon(const Invocation& invocation, Config config);

    /// Archives until SIGTERM or SIGINT; gives back the exit status.
    int run();

  private:
    [[nodiscard]] Result<Done> begin();
    [[nodiscard]] Result<Done> open_archive();
    void update_gauges();
    void take_signals();
    void came_round(Milliseconds turn);
    void rest();
    void reload();
    /// Empty where it was taken, else why not, in few words.
    [[nodiscard]] std::string take_configuration();
    /// Tells those who watch over the applications which there are.
    void introduce_applications();

    const Invocation& invocation_;
    Config config_;
    Writing writing_;
    Log log_;
    Metrics metrics_;
    Health health_;
    LoggingObserver logging_;
    Supervision supervision_;
    SignsOfLife signs_of_life_;
    Activity activity_;
    Observers observers_;
    std::unique_ptr<SharedHttp> http_;
    std::unique_ptr<Pinger> pinger_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Listener> listener_;
    std::optional<Monotonic> gauges_updated_;  ///< empty: never, and the next turn must
    bool stopping_ = false;
};

}  // namespace callarchive
