#pragma once

#include "engine/observer.h"

#include <utility>

namespace callarchive {

/// Whether anything was read lately.
class Activity final : public Observer {
  public:
    /// Whether a window came to its end since the last take.
    [[nodiscard]] bool take() { return std::exchange(active_, false); }

    void on_request(const SourceIdentity&, const RequestReport&) override {}
    void on_window(const SourceIdentity&, const WindowReport&) override { active_ = true; }
    void on_failure(const SourceIdentity&, const FailureReport&) override {}
    void on_gaps(const SourceIdentity&, const std::vector<Segment>&) override {}
    void on_notice(const SourceIdentity&, const NoticeReport&) override {}
    void on_cycle(const SourceReport&) override {}

  private:
    bool active_ = false;
};

}  // namespace callarchive
