#pragma once

#include "engine/observer.h"
#include "port/clock.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace callarchive {

/// How far a pass is: a line that is rewritten on a terminal, now and then a line elsewhere.
class Progress : public Observer {
  public:
    Progress(const Clock& clock, bool terminal);
    ~Progress() override;

    /// How much there is to do.
    void begin(Seconds remaining) { most_ = remaining; }
    /// Shows it. `remaining` is the length of what is still due.
    void show(Seconds remaining);
    /// Removes the line from a terminal before something else is written.
    void clear();
    /// The closing line.
    [[nodiscard]] std::string summary() const;

    void on_request(const SourceIdentity& source, const RequestReport& report) override;
    void on_window(const SourceIdentity& source, const WindowReport& report) override;
    void on_failure(const SourceIdentity& source, const FailureReport& report) override;
    void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) override;
    void on_notice(const SourceIdentity& source, const NoticeReport& report) override;
    void on_cycle(const SourceReport& report) override;

    /// Whether it is time for the next show(): asking for what remains costs more than a look.
    [[nodiscard]] bool due() const;

  private:
    [[nodiscard]] double records_per_second() const;

    const Clock& clock_;
    bool terminal_;
    bool shown_ = false;
    Monotonic begin_;
    Monotonic last_;
    Monotonic counted_;  ///< when counts_ were last told
    Seconds most_{};
    std::int64_t windows_ = 0;
    std::int64_t requests_ = 0;
    RecordCounts counts_;
};

/// A bar, filled up to `done` (0–1), and the numbers (ASCII) in fewer than so many columns; the bar
/// gives way before the numbers do.
[[nodiscard]] std::string progress_line(double done, const std::string& numbers,
                                        std::size_t columns);

}  // namespace callarchive
