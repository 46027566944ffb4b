#include "engine/backoff.h"
#include "engine/collector.h"

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

constexpr int page_tries = 3;
constexpr int malformed_tries = 2;
constexpr int throttled_tries = 8;
constexpr Milliseconds page_wait_first{500};
constexpr Milliseconds page_wait_longest{8'000};
constexpr Milliseconds throttle_wait_first{1'000};
constexpr Milliseconds throttle_wait_longest{30'000};
constexpr Milliseconds source_wait_first{1'000};
constexpr Milliseconds source_wait_longest{60'000};
constexpr Milliseconds person_wait_first{60'000};
constexpr Milliseconds person_wait_longest{600'000};
// Signing again brings something only where the old UserSig was old.
constexpr Milliseconds renew_at_most_every{300'000};
// So many windows in a row, halves included, and not one was read: it is not their content.
constexpr int failures_of_content = 20;
// How long one pass tries a window that fails.
constexpr Milliseconds pass_patience{60'000};
constexpr Milliseconds pass_wait_longest{8'000};

}  // namespace

void Collector::page_failed(Readings::iterator reading, Asked asked, const Error& error) {
    const int page = asked.page;
    const Monotonic now = world_.clock.monotonic();
    switch (error.kind) {
        case ErrorKind::expired:
            // The pages that were in flight with the old UserSig fail after it is renewed.
            if (asked.ticket < first_after_renewal_) {
                reading->scan.ask_again(page);
                return;
            }
            if ((!renewed_at_ || now - *renewed_at_ > renew_at_most_every) && credential_.renew()) {
                renewed_at_ = now;
                first_after_renewal_ = world_.next_ticket;
                reading->scan.ask_again(page);
                return;
            }
            return source_failed(reading, Error{ErrorKind::configuration, error.message});
        case ErrorKind::throttled:
            // Those that were under way together say the same thing.
            if (now >= paused_until_) ++throttled_;
            if (throttled_ <= throttled_tries) {
                reading->scan.ask_again(page);
                reading->throttled_page = page;
                paused_until_ = now + back_off(throttled_, throttle_wait_first,
                                               world_.mode == Mode::pass ? pass_wait_longest
                                                                         : throttle_wait_longest,
                                               world_.random);
                return;
            }
            return source_failed(reading, error);
        case ErrorKind::malformed:
            if (++reading->failures < malformed_tries) {
                reading->scan.ask_again(page);
                return;
            }
            return window_failed(reading, error, WindowOutcome::failed);
        case ErrorKind::configuration:
        case ErrorKind::refused:
            return source_failed(reading, error);
        case ErrorKind::temporary:
        case ErrorKind::storage_full:
        case ErrorKind::storage:
        case ErrorKind::storage_busy:
        case ErrorKind::damaged:
        case ErrorKind::displaced:
        case ErrorKind::too_new:
        case ErrorKind::locked:
        case ErrorKind::not_found:
        case ErrorKind::invalid_input:
            // Those that were under way together may have failed of one thing.
            if (now >= paused_until_) ++reading->failures;
            if (reading->failures < page_tries) {
                reading->scan.ask_again(page);
                paused_until_ = now + back_off(reading->failures, page_wait_first,
                                               page_wait_longest, world_.random);
                return;
            }
            return source_failed(reading, error);
    }
}

void Collector::note_failure(const Reading& reading, const Error& error, WindowOutcome outcome,
                             Milliseconds retry_in) {
    const Monotonic monotonic = world_.clock.monotonic();
    auto noted = world_.archive.note_failure(source_, error.message, moment_of(trusted_now()));
    if (!noted.ok()) return storage_failed(noted.error());
    WindowReport window{.planned = reading.planned,
                        .outcome = outcome,
                        .counts = reading.counts,
                        .pages = reading.scan.pages(),
                        .duration = monotonic - reading.started,
                        .why = error.message};
    FailureReport failure{.error = error,
                          .window = reading.planned.window,
                          .consecutive = std::max(1, failures_),
                          .retry_in = retry_in};
    world_.outbox.add(monotonic, [this, window, failure] {
        world_.observer.on_window(settings_.identity, window);
        world_.observer.on_failure(settings_.identity, failure);
    });
}

void Collector::source_failed(Readings::iterator reading, const Error& error) {
    const Monotonic now = world_.clock.monotonic();
    const bool for_a_person =
        error.kind == ErrorKind::configuration || error.kind == ErrorKind::refused;
    ++failures_;
    if (!failing_since_) failing_since_ = now;
    // What has come of the window is worth keeping, whatever became of the rest.
    if (!keep(*reading)) return;
    const Milliseconds longest =
        world_.mode == Mode::pass
            ? pass_wait_longest
            : std::clamp<Milliseconds>(settings_.policy.poll_interval, source_wait_first,
                                       source_wait_longest);
    const Milliseconds wait =
        for_a_person ? back_off(failures_, person_wait_first, person_wait_longest, world_.random)
                     : back_off(failures_, source_wait_first, longest, world_.random);
    const bool ends_the_pass = world_.mode == Mode::pass && for_a_person;
    note_failure(*reading, error, WindowOutcome::failed, ends_the_pass ? Milliseconds{0} : wait);
    if (world_.storage_failure) return;
    const PlannedWindow planned = reading->planned;
    drop(reading);
    leave_others();
    if (world_.storage_failure) return;
    paused_until_ = now + wait;
    wakes_at_ = paused_until_;
    const bool alone =
        !for_a_person && planned.purpose != Purpose::sweep && is_alone_in_failing(planned.window);
    if (world_.mode == Mode::follow) {
        // Else it would be the next again, for ever, and what lies behind it would never be.
        if (alone) set_aside_.add(planned.window, now);
        return;
    }
    if (alone && now - stuck_->since >= pass_patience) return give_up_window(planned);
    // What is read beside a sweep says nothing of it: it lies over all other windows.
    if (planned.purpose == Purpose::sweep) {
        if (!sweep_failing_since_) sweep_failing_since_ = now;
        if (now - *sweep_failing_since_ >= pass_patience) return give_up_window(planned);
    }

    if (for_a_person || (gave_up_ && now - *failing_since_ >= pass_patience)) {
        // Nothing that a pass could wait for: the other windows would fail the same way.
        gave_up_ = true;
        finished_ = true;
    } else if (now - *failing_since_ >= pass_patience) {
        give_up_window(planned);
    } else {
        begin_later(planned);
    }
}

/// What else is being read would fail of the same, and be told as another failure. A sweep, which
/// may have come far, just waits.
void Collector::leave_others() {
    for (auto reading = readings_.begin(); reading != readings_.end();) {
        const auto other = reading++;
        if (other->planned.purpose == Purpose::sweep) continue;
        if (!keep(*other)) return;
        if (world_.mode == Mode::pass) begin_later(other->planned);
        drop(other);
    }
}

void Collector::window_failed(Readings::iterator reading, const Error& error,
                              WindowOutcome outcome) {
    if (failures_ >= failures_of_content) {
        // Whatever is wrong, asking faster does not mend it. A pass tries its pieces; the planner
        // of a daemon will name them again.
        if (world_.mode == Mode::follow) pieces_.clear();
        return source_failed(reading, error);
    }
    ++failures_;
    if (!keep(*reading)) return;
    note_failure(*reading, error, outcome, Milliseconds{0});
    if (world_.storage_failure) return;
    const PlannedWindow planned = reading->planned;
    drop(reading);
    isolate(planned);
}

/// Whether it failed before too, and another was read in between: then it is not the network or the
/// service, but what is asked for (more than can be answered in time, say).
bool Collector::is_alone_in_failing(const Window& window) {
    const bool same = stuck_ && stuck_->window.from < window.to && window.from < stuck_->window.to;
    if (!same) stuck_ = Stuck{.window = window, .since = world_.clock.monotonic()};
    const bool alone = same && stuck_->others_are_read;
    // In a pass the time since it first failed counts, whatever was read meanwhile.
    if (world_.mode == Mode::follow) stuck_->others_are_read = false;
    return alone;
}

void Collector::others_can_be_read(const Window& window) {
    if (!stuck_) return;
    if (stuck_->window.from < window.to && window.from < stuck_->window.to) {
        stuck_.reset();
    } else {
        stuck_->others_are_read = true;
    }
}

/// Halves a window that cannot be read, so that in the end only the seconds that hold what cannot
/// be read wait, and the rest is archived. Bounded, for everything may be unreadable.
void Collector::isolate(const PlannedWindow& planned) {
    const Monotonic now = world_.clock.monotonic();
    if (planned.purpose == Purpose::sweep) {
        sweep_not_before_ =
            now + std::max<Milliseconds>(settings_.policy.poll_interval, source_wait_longest);
        if (world_.mode == Mode::pass) {
            sweep_not_before_ = Monotonic::max();
            gave_up_ = true;
        }
        return;
    }
    if (planned.window.length() > Seconds{1} && isolation_left_ > 0) {
        --isolation_left_;
        const Moment middle = planned.window.from + planned.window.length() / 2;
        PlannedWindow later = planned;
        later.window.from = middle;
        PlannedWindow earlier = planned;
        earlier.window.to = middle;
        begin_later(earlier);
        begin_later(later);
        return;
    }
    if (world_.mode == Mode::pass) return give_up_window(planned);
    set_aside_.add(planned.window, now);
    // Everything fails: do not try each of its pieces one by one.
    if (isolation_left_ <= 0) {
        for (const PlannedWindow& piece : pieces_)
            set_aside_.add(piece.window, now);
        pieces_.clear();
    }
    isolation_left_ = std::min(isolation_left_ + 1, isolation_budget);
}

void Collector::give_up_window(const PlannedWindow& planned) {
    gave_up_ = true;
    if (planned.purpose == Purpose::sweep) {
        sweep_not_before_ = Monotonic::max();
    } else {
        set_aside_.add_for_good(planned.window);
        if (planned.purpose == Purpose::poll) polled_ = true;
    }
}

void Collector::storage_failed(const Error& error) {
    if (!world_.storage_failure) world_.storage_failure = error;
    wakes_at_ = Monotonic::max();
}

void Collector::drop(Readings::iterator reading) {
    for (const auto& [ticket, page] : reading->pages_in_flight) {
        world_.http.cancel(ticket);
        rate_limit_->given_up(ticket, world_.clock.monotonic());
    }
    readings_.erase(reading);
    nothing_ahead_ = false;
    wakes_at_ = Monotonic::min();
}

}  // namespace callarchive
