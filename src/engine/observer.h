#pragma once

#include "base/result.h"
#include "base/time.h"
#include "plan/coverage.h"
#include "plan/plan.h"
#include "plan/window.h"
#include "store/archive.h"
#include "store/source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// What a request came to, with few fixed values for a metric's label.
enum class RequestOutcome {
    ok,             ///< records, or the API's word that there are none
    network,        ///< no answer: name, connection, TLS, time-out, broken off
    http_error,     ///< an answer that is not the API's: status, HTML
    throttled,      ///< too many requests
    rejected,       ///< an error code that a person must act upon, or that calls us wrong
    service_error,  ///< any other error code
    malformed,      ///< an answer that could not be read
};

enum class WindowOutcome {
    complete,    ///< read whole and claimed
    split,       ///< too many records: will be read in halves
    incomplete,  ///< records kept, not claimed: totals disagree, or records moved while reading
    failed,      ///< could not be read
};

struct RequestReport {
    RequestOutcome outcome{};
    Milliseconds duration{};
    std::string request_id{};  ///< the API's own name for it, where it answered with records
};

/// A window whose reading has come to an end, told after it is durable.
struct WindowReport {
    PlannedWindow planned;
    WindowOutcome outcome{};
    RecordCounts counts;
    int pages = 0;
    Milliseconds duration{};
    std::string why;  ///< for anything but complete
};

struct FailureReport {
    Error error;
    std::optional<Window> window;  ///< empty: not about one window
    int consecutive = 1;           ///< failures of this source in a row
    Milliseconds retry_in{};
};

/// What is worth telling once: a total that counts something else, evidence on the filter, a clock
/// that is off, records of another application, calls that alternate.
struct NoticeReport {
    enum class Kind {
        total_unreliable,
        filter_evidence,
        clock_skew,
        foreign_records,
        alternating_records,
    };
    Kind kind{};
    std::string text;
};

/// How a source stands; what metrics and health show.
struct SourceReport {
    SourceIdentity identity;
    Moment cursor;
    Moment head;
    Seconds margin{};
    std::optional<Moment> last_success;
    std::optional<Moment> newest_poll;  ///< as_of of the newest successful poll
    bool unread_gaps_unacknowledged = false;
    bool failing = false;
    Seconds remaining{};  ///< length of what is due and not read yet
    std::int64_t windows_due = 0;
};

/// Told what happens, in the order it happens, in the engine's thread. Must not throw or block.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void on_request(const SourceIdentity& source, const RequestReport& report) = 0;
    virtual void on_window(const SourceIdentity& source, const WindowReport& report) = 0;
    virtual void on_failure(const SourceIdentity& source, const FailureReport& report) = 0;
    virtual void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) = 0;
    virtual void on_notice(const SourceIdentity& source, const NoticeReport& report) = 0;
    /// All that was due has been read (run: until the next poll).
    virtual void on_cycle(const SourceReport& report) = 0;
};

}  // namespace callarchive
