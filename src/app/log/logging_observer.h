#pragma once

#include "app/log/log.h"
#include "base/result.h"
#include "engine/observer.h"
#include "port/clock.h"

#include <map>
#include <optional>
#include <string>

namespace callarchive {

/// Tells the log what the engine does: one line for each cycle at info, each window at debug,
/// failures of one kind and losses at once and then at most once a minute, with what came between.
/// A failure names the API's requestId, by which the vendor finds a request in its own logs.
class LoggingObserver : public Observer {
  public:
    LoggingObserver(Log& log, const Clock& clock) : log_(log), clock_(clock) {}

    void on_request(const SourceIdentity& source, const RequestReport& report) override;
    void on_window(const SourceIdentity& source, const WindowReport& report) override;
    void on_failure(const SourceIdentity& source, const FailureReport& report) override;
    void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) override;
    void on_notice(const SourceIdentity& source, const NoticeReport& report) override;
    void on_cycle(const SourceReport& report) override;

  private:
    struct Cycle {
        RecordCounts counts;
        int windows = 0;
        int pages = 0;
    };
    struct Failures {
        std::optional<Monotonic> told{};
        int since = 0;  ///< failures that no line has told yet
    };
    struct Losses {
        std::optional<Monotonic> told{};
        Seconds unread{}, early{};  ///< lengths that no line has told yet
        Window newest{};
    };

    void tell_losses(const std::string& app);
    [[nodiscard]] bool may_tell(const std::optional<Monotonic>& told) const;

    Log& log_;
    const Clock& clock_;
    std::map<std::string, Cycle> cycles_;                            ///< by application
    std::map<std::string, std::map<ErrorKind, Failures>> failures_;  ///< by application
    std::map<std::string, std::string> request_ids_;                 ///< the last, by application
    std::map<std::string, Losses> losses_;                           ///< by application
};

}  // namespace callarchive
