#pragma once

#include "app/log/log.h"
#include "engine/observer.h"
#include "port/clock.h"

#include <map>
#include <optional>
#include <string>

namespace callarchive {

/// Tells the log what the engine does: one line for each cycle at info, each window at debug,
/// failures at once and then folded, losses as errors.
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
    struct Folded {
        std::string message;
        Monotonic told{};
        int since = 0;
    };

    Log& log_;
    const Clock& clock_;
    std::map<std::string, Cycle> cycles_;     ///< by application
    std::map<std::string, Folded> failures_;  ///< the last failure told, by application
    std::map<std::string, Monotonic> gaps_told_;
    std::map<std::string, Seconds> gaps_since_;
};

}  // namespace callarchive
