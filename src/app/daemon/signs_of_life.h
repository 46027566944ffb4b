#pragma once

#include "engine/observer.h"

#include <map>
#include <string>
#include <vector>

namespace callarchive {

/// Tells a daemon that archives, or fails and says so, from one that only turns round. Every
/// application must give a sign (a request answered or failed, a window, a cycle's end) within
/// `silence_max` of it; a restart mends one that does not.
class SignsOfLife : public Observer {
  public:
    /// Which applications there are, and how long each may be silent at most. Those that are new
    /// count as having given a sign just now.
    void expect(const std::vector<std::string>& apps, Milliseconds silence_max);

    /// The engine has come round; the turn took so long.
    void turned(Milliseconds duration);

    /// Whether every application gave a sign recently.
    [[nodiscard]] bool all_well() const;

    void on_request(const SourceIdentity& source, const RequestReport& report) override;
    void on_window(const SourceIdentity& source, const WindowReport& report) override;
    void on_failure(const SourceIdentity& source, const FailureReport& report) override;
    void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) override;
    void on_notice(const SourceIdentity& source, const NoticeReport& report) override;
    void on_cycle(const SourceReport& report) override;

  private:
    void sign_of(const SourceIdentity& source);

    std::map<std::string, Milliseconds> silence_;  ///< by application
    Milliseconds silence_max_{};
};

/// How long an application may be silent while all is well: until the next poll, or the longest
/// wait after a failure, whichever is more, and then for a request's time-out.
[[nodiscard]] Milliseconds silence_allowed(Seconds poll_interval, Milliseconds request_timeout);

}  // namespace callarchive
