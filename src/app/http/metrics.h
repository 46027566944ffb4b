#pragma once

#include "engine/observer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace callarchive {

/// What is counted, as Prometheus text. Filled from the engine's thread, read from any.
class Metrics : public Observer {
  public:
    Metrics();
    ~Metrics() override;

    /// Makes an application's series exist from the start: a counter that appears with its first
    /// event hides that event from rate().
    void introduce(const SourceIdentity& source);
    /// Takes back the gauges of an application that left the configuration: a margin that stands
    /// still would raise an alarm, or hide one. Its counters stay, as counters do.
    void retire(const SourceIdentity& source);

    void on_request(const SourceIdentity& source, const RequestReport& report) override;
    void on_window(const SourceIdentity& source, const WindowReport& report) override;
    void on_failure(const SourceIdentity& source, const FailureReport& report) override;
    void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) override;
    void on_notice(const SourceIdentity& source, const NoticeReport& report) override;
    void on_cycle(const SourceReport& report) override;

    /// Sets the gauges that follow the clock.
    void update(const SourceReport& report, std::int64_t records);
    void set_archive_bytes(std::int64_t bytes);

    /// The text format, version 0.0.4.
    [[nodiscard]] std::string text() const;

  private:
    struct Families;
    std::unique_ptr<Families> families_;
};

/// The label value of an outcome, as docs/operations.md lists them.
[[nodiscard]] std::string label_of(RequestOutcome outcome);
[[nodiscard]] std::string label_of(WindowOutcome outcome);

}  // namespace callarchive
