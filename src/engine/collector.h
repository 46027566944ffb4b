#pragma once

#include "api/answer.h"
#include "api/credential.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/engine.h"
#include "engine/local_time.h"
#include "engine/observer.h"
#include "engine/outbox.h"
#include "engine/rate_limit.h"
#include "engine/reading.h"
#include "engine/server_time.h"
#include "engine/set_aside.h"
#include "engine/settings.h"
#include "port/clock.h"
#include "port/http.h"
#include "store/archive.h"

#include <deque>
#include <list>
#include <memory>
#include <random>
#include <set>
#include <vector>

namespace callarchive {

/// What all collectors of an engine share.
struct Surroundings {
    Archive& archive;
    const Clock& clock;
    Http& http;
    Observer& observer;
    Mode mode;
    Outbox outbox;
    std::mt19937_64 random;
    HttpTicket next_ticket = 1;
    /// The archive's file failed: what was not durable is rolled back, every collector starts over.
    std::optional<Error> storage_failure;
    AnswerReader answers{};
};

/// Keeps one source read: asks the planner, reads what it says, commits it, waits. Never blocks:
/// advance() does what can be done now.
class Collector {
  public:
    Collector(Surroundings& world, SourceSettings settings, SourceNo source,
              std::shared_ptr<RateLimit> rate_limit);
    ~Collector();
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

    [[nodiscard]] const SourceSettings& settings() const { return settings_; }
    [[nodiscard]] SourceNo source() const { return source_; }

    /// Plans if nothing is being read or what is being read nears its end, and sends what the rate
    /// limit allows.
    void advance();

    /// Takes an answer if it is one of this collector's; false otherwise.
    [[nodiscard]] bool receive(HttpCompletion& completion);

    /// When advance() can do something next.
    [[nodiscard]] Monotonic wakes_at() const { return wakes_at_; }

    /// Forgets what is under way and begins again not before `not_before`: the transaction it was
    /// part of was rolled back.
    void start_over(Monotonic not_before);

    /// Mode::pass: all that was due is read, or given up.
    [[nodiscard]] bool finished() const { return finished_; }
    [[nodiscard]] bool gave_up() const { return gave_up_; }
    /// Only the newest moments are being read: nothing is gained by waiting with a commit.
    [[nodiscard]] bool live() const;

    /// Nothing is being read, and nothing is due.
    [[nodiscard]] bool at_rest() const { return readings_.empty() && (resting_ || finished_); }

    [[nodiscard]] SourceReport report();

  private:
    using Readings = std::list<Reading>;
    static constexpr int isolation_budget = 40;
    struct NextPage {
        Readings::iterator reading;
        int page;
    };

    // Choosing what to read: collector.cpp
    void choose();
    [[nodiscard]] bool may_look_ahead() const;
    [[nodiscard]] bool is_under_way(Purpose purpose) const;
    [[nodiscard]] std::vector<PlannedWindow> plan_the_rest(const Ledger& ledger, Moment now) const;
    void begin(PlannedWindow planned);
    void begin_again(const PlannedWindow& planned);
    void begin(Reading reading);
    void begin_later(const PlannedWindow& planned);
    void interrupt_sweep_for_poll();
    void rest(const Ledger& ledger, Moment now);
    [[nodiscard]] ScanLimits limits_for(const PlannedWindow& planned) const;
    [[nodiscard]] Policy policy_now() const;
    [[nodiscard]] Instant trusted_now() const;
    [[nodiscard]] Moment claimable_from() const;
    void correct_beginning(Ledger& ledger);
    [[nodiscard]] bool may_ask_the_time();
    [[nodiscard]] bool can_tell_a_loss() const;

    // Asking for it: collector_asking.cpp
    void send();
    void ask(const NextPage& next);
    [[nodiscard]] std::optional<NextPage> next_page();

    // What came of it: collector_outcome.cpp
    void take(Readings::iterator reading, int page, HttpCompletion& completion);
    void conclude(Readings::iterator reading);
    void complete(Readings::iterator reading);
    void split(Readings::iterator reading);
    [[nodiscard]] bool may_have_lost_at_the_edge(const Reading& reading) const;
    void does_not_add_up(Readings::iterator reading);
    [[nodiscard]] Seconds duration_of(const Reading& reading) const;
    void leave_edge_out(PlannedWindow& planned, Seconds margin);
    [[nodiscard]] bool keep(Reading& reading);
    void tell_once(NoticeReport::Kind kind, const std::string& text);
    void notice_clock();
    void tell_lost(std::vector<Segment> lost);

    // What went wrong: collector_failure.cpp
    struct Asked {
        HttpTicket ticket;
        int page;
    };
    void page_failed(Readings::iterator reading, Asked asked, const Error& error);
    void window_failed(Readings::iterator reading, const Error& error, WindowOutcome outcome);
    void source_failed(Readings::iterator reading, const Error& error);
    void leave_others();
    void isolate(const PlannedWindow& planned);
    [[nodiscard]] bool is_alone_in_failing(const Window& window);
    void others_can_be_read(const Window& window);
    void give_up_window(const PlannedWindow& planned);
    void storage_failed(const Error& error);
    void note_failure(const Reading& reading, const Error& error, WindowOutcome outcome,
                      Milliseconds retry_in);
    void drop(Readings::iterator reading);

    Surroundings& world_;
    SourceSettings settings_;
    SourceNo source_;
    std::shared_ptr<RateLimit> rate_limit_;
    Credential credential_;
    ServerTime server_time_;
    LocalTime local_time_;
    /// The local clock when this source's work began, right or wrong, and when that was.
    Instant born_wall_;
    Monotonic born_;
    std::optional<Monotonic> asked_the_time_;
    bool beginning_checked_ = false;
    /// Besides what is being read nothing is due.
    bool nothing_ahead_ = false;
    /// Calls across a window's bounds are returned: records that are known need not be looked at
    /// for evidence.
    bool filter_is_known_ = false;
    TotalMeaning total_meaning_ = TotalMeaning::unknown;

    /// What is being read: a window and, as it nears its end, the one after it, and one more as
    /// that nears its end too; or a sweep, and a poll beside it.
    Readings readings_;
    /// Halves of windows that were too much, and what was left half read; next in turn, in order.
    std::deque<PlannedWindow> pieces_;
    SetAside set_aside_;
    Monotonic sweep_not_before_ = Monotonic::min();
    /// How long a sweep takes, once one has met records that left the retention meanwhile; else 0.
    Seconds edge_moves_for_{0};
    /// Records arrive while a sweep is read and move others on: its pages are not asked for side by
    /// side.
    bool sweeps_one_by_one_ = false;
    Seconds window_max_;  ///< grows and shrinks with the density of records

    Monotonic wakes_at_ = Monotonic::min();
    Monotonic paused_until_ = Monotonic::min();
    bool last_was_poll_ = false;
    bool polled_ = false;
    bool resting_ = false;
    int failures_ = 0;  ///< in a row
    std::optional<Monotonic> failing_since_;
    /// The window that failed last, since when, and whether another was read since it last did.
    struct Stuck {
        Window window;
        Monotonic since;
        bool others_are_read = false;
    };
    std::optional<Stuck> stuck_;
    /// Since when no sweep was read whole, though one was tried.
    std::optional<Monotonic> sweep_failing_since_;
    std::optional<Monotonic> renewed_at_;
    HttpTicket first_after_renewal_ = 0;
    int throttled_ = 0;
    /// Halvings left until whatever cannot be read is set aside whole.
    int isolation_left_ = isolation_budget;
    std::set<std::string> told_;
    std::optional<Moment> last_success_;
    bool finished_ = false;
    bool gave_up_ = false;
};

}  // namespace callarchive
