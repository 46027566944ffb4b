#include "api/answer.h"
#include "base/time_text.h"
#include "engine/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

RequestOutcome outcome_of(const HttpCompletion& completion, const Result<Page>& page) {
    if (std::holds_alternative<HttpFailure>(completion.outcome)) return RequestOutcome::network;
    if (page.ok()) return RequestOutcome::ok;
    if (std::get<HttpAnswer>(completion.outcome).status != 200) {
        return page.error().kind == ErrorKind::throttled ? RequestOutcome::throttled
                                                         : RequestOutcome::http_error;
    }
    switch (page.error().kind) {
        case ErrorKind::throttled:
            return RequestOutcome::throttled;
        case ErrorKind::expired:
        case ErrorKind::configuration:
        case ErrorKind::refused:
            return RequestOutcome::rejected;
        case ErrorKind::malformed:
            return RequestOutcome::malformed;
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
            return RequestOutcome::service_error;
    }
    return RequestOutcome::service_error;
}

// Worth a word to the operator; less is what networks and whole-second headers make of it.
constexpr Seconds skew_told{30};

}  // namespace

void Collector::take(Readings::iterator reading, int page, HttpCompletion& completion) {
    if (const auto* answer = std::get_if<HttpAnswer>(&completion.outcome)) {
        server_time_.observe(*answer, completion.received);
        notice_clock();
    }
    // Records that are known come without their place on the page, which counts the second time.
    const bool by_bytes = filter_is_known_ && !reading->again;
    auto arrived =
        world_.answers.read(settings_.identity.dialect, settings_.identity.sdk_app_id, completion,
                            by_bytes ? &world_.archive.known_records() : nullptr);
    world_.observer.on_request(settings_.identity,
                               {.outcome = outcome_of(completion, arrived),
                                .duration = completion.received - completion.sent,
                                .request_id = arrived.ok() ? arrived->request_id : ""});
    if (!arrived.ok()) {
        return page_failed(reading, {.ticket = completion.ticket, .page = page}, arrived.error());
    }
    local_time_.observe(world_.clock.wall(), world_.clock.monotonic());
    reading->failures = 0;
    // Others may be let through while this one is not.
    if (reading->throttled_page.value_or(page) == page) {
        reading->throttled_page.reset();
        throttled_ = 0;
    }
    reading->scan.receive(page, *std::move(arrived));

    const bool ended = reading->scan.verdict() != Scan::Verdict::reading;
    // Records go to the archive page by page, while the processor's cache still has them; the claim
    // only at the end.
    if (!keep(*reading)) return;
    if (ended) conclude(reading);
}

bool Collector::keep(Reading& reading) {
    auto records = reading.scan.take_records();
    const auto rejected = reading.scan.take_rejected();
    reading.counts.unchanged += reading.scan.take_known();
    if (records.empty() && rejected.empty()) {
        // Where nothing is new, no memory waits for it.
        world_.answers.take_back({});
        return true;
    }
    const Window asked{.from = reading.planned.window.from, .to = reading.asked_until};
    const FilterEvidence found = evidence_in(records, asked);
    reading.evidence.ended_after += found.ended_after;
    reading.evidence.started_before += found.started_before;
    auto kept = world_.archive.keep(source_, records, rejected, moment_of(trusted_now()));
    if (!kept.ok()) {
        storage_failed(kept.error());
        return false;
    }
    world_.answers.take_back(std::move(records));
    reading.counts += *kept;
    if (kept->alternating != 0) {
        tell_once(NoticeReport::Kind::alternating_records,
                  "the API alternates between versions of a call that are already kept; further "
                  "changes to and fro are not recorded");
    }
    for (const std::int64_t foreign : reading.scan.foreign_sdk_app_ids()) {
        tell_once(
            NoticeReport::Kind::foreign_records,
            fmt::format("records of sdkAppId {} came among those of {}; they are archived "
                        "under {} with the other in `extra`",
                        foreign, settings_.identity.sdk_app_id, settings_.identity.sdk_app_id));
    }
    return true;
}

void Collector::conclude(Readings::iterator reading) {
    const bool knew_better = total_meaning_ == TotalMeaning::unreliable;
    // Of two that were read side by side either may have learnt it.
    if (!knew_better && reading->scan.total_meaning() != TotalMeaning::unknown) {
        total_meaning_ = reading->scan.total_meaning();
    }
    if (!knew_better && total_meaning_ == TotalMeaning::unreliable) {
        tell_once(NoticeReport::Kind::total_unreliable,
                  "the API's totalNum does not count the records of a query; it is not relied "
                  "upon any more");
    }
    switch (reading->scan.verdict()) {
        case Scan::Verdict::reading:
            return;
        case Scan::Verdict::complete:
            return may_have_lost_at_the_edge(*reading) ? does_not_add_up(reading)
                                                       : complete(reading);
        case Scan::Verdict::too_large:
            return split(reading);
        case Scan::Verdict::shifted:
        case Scan::Verdict::disagrees:
            return does_not_add_up(reading);
        case Scan::Verdict::repeating:
        case Scan::Verdict::endless:
            return window_failed(reading, Error{ErrorKind::malformed, reading->scan.explanation()},
                                 WindowOutcome::failed);
    }
}

void Collector::complete(Readings::iterator reading) {
    auto ledger = world_.archive.ledger(source_);
    if (!ledger.ok()) return storage_failed(ledger.error());
    correct_beginning(*ledger);
    const Policy& policy = settings_.policy;
    const PlannedWindow planned = reading->planned;
    const Moment as_of =
        moment_of(server_time_.trusted(*reading->first_wall, reading->first_sent, policy.overlap));

    const bool were_returned = ledger->evidence.straddlers_are_returned();
    if (!were_returned) {
        ledger->evidence.ended_after += reading->evidence.ended_after;
        ledger->evidence.started_before += reading->evidence.started_before;
    }
    // Not what lay at the edge of the retention when the last page came, and nothing that lies
    // ahead of the time the read is good for (a clock that ran ahead made the plan).
    const Window claim{.from = std::max(planned.window.from, claimable_from()),
                       .to = std::min(planned.window.to, as_of + Seconds{2})};
    if (planned.purpose == Purpose::sweep) {
        sweep_failing_since_.reset();
        if (edge_moves_for_ > Seconds{0}) edge_moves_for_ = duration_of(*reading);
        sweeps_one_by_one_ = reading->scan.has_moved_on();
    }
    // Planned by a clock that ran ahead it may lie wholly behind the moment of the read.
    if (!claim.empty() && claim.from <= as_of) {
        if (planned.purpose == Purpose::sweep) {
            // What lies before the new sweep cannot be read any more, and only the old one, which
            // is forgotten now, knows how far it was.
            if (can_tell_a_loss()) {
                tell_lost(ledger->expire_before(claim.from, moment_of(trusted_now()), policy));
            }
            ledger->record_sweep({.from = claim.from, .as_of = as_of}, policy);
        }
        ledger->record_read(claim, as_of, policy);
    }
    ledger->trim_beginning(claimable_from());
    if (!were_returned && ledger->evidence.straddlers_are_returned()) {
        tell_once(NoticeReport::Kind::filter_evidence,
                  "calls across a window's bounds are returned: reading by windows is complete, "
                  "open-ended sweeps are not needed any more");
    }
    const Moment now = moment_of(trusted_now());
    auto stored = world_.archive.store_ledger(source_, *ledger);
    if (stored.ok()) stored = world_.archive.note_success(source_, now);
    if (!stored.ok()) return storage_failed(stored.error());

    if (reading->scan.rows() < settings_.requests.max_window_records / 4) {
        window_max_ = std::min(policy.window_max, window_max_ * 2);
    }
    // Planned by a clock that turned out to be ahead it was not of the newest moments.
    if (planned.purpose == Purpose::poll && planned.window.to <= as_of + Seconds{2}) polled_ = true;
    set_aside_.clear(planned.window);
    others_can_be_read(planned.window);
    failures_ = 0;
    failing_since_.reset();
    isolation_left_ = std::min(isolation_left_ + 1, isolation_budget);
    last_success_ = now;
    const Monotonic monotonic = world_.clock.monotonic();
    world_.outbox.add(monotonic,
                      [this, report = WindowReport{.planned = planned,
                                                   .outcome = WindowOutcome::complete,
                                                   .counts = reading->counts,
                                                   .pages = reading->scan.pages(),
                                                   .duration = monotonic - reading->started,
                                                   .why = {}}] {
                          world_.observer.on_window(settings_.identity, report);
                      });
    drop(reading);
}

void Collector::tell_lost(std::vector<Segment> lost) {
    world_.outbox.add(world_.clock.monotonic(), [this, lost = std::move(lost)] {
        if (!lost.empty()) world_.observer.on_gaps(settings_.identity, lost);
    });
}

void Collector::split(Readings::iterator reading) {
    const PlannedWindow planned = reading->planned;
    const Monotonic monotonic = world_.clock.monotonic();
    world_.outbox.add(monotonic,
                      [this, report = WindowReport{.planned = planned,
                                                   .outcome = WindowOutcome::split,
                                                   .counts = reading->counts,
                                                   .pages = reading->scan.pages(),
                                                   .duration = monotonic - reading->started,
                                                   .why = reading->scan.explanation()}] {
                          world_.observer.on_window(settings_.identity, report);
                      });
    const Seconds half = std::max(Seconds{1}, planned.window.length() / 2);
    if (planned.purpose != Purpose::poll) window_max_ = std::min(window_max_, half);
    drop(reading);
    PlannedWindow later = planned;
    later.window.from = planned.window.from + half;
    PlannedWindow earlier = planned;
    earlier.window.to = later.window.from;
    begin_later(earlier);
    begin_later(later);
}

/// Records that leave the retention while a window is read make those behind them move to pages
/// that were read already, and without a total nothing shows it.
bool Collector::may_have_lost_at_the_edge(const Reading& reading) const {
    return reading.scan.could_miss_a_shift() && reading.planned.window.from < claimable_from();
}

void Collector::does_not_add_up(Readings::iterator reading) {
    if (!reading->again) {
        PlannedWindow planned = reading->planned;
        const RecordCounts counts = reading->counts;
        const Seconds took = duration_of(*reading);
        if (planned.purpose == Purpose::sweep && planned.window.from < claimable_from()) {
            edge_moves_for_ = took;
        }
        drop(reading);
        // One page after the other; and polls come between, and no two readings take the same.
        leave_edge_out(planned, took * std::max(2, settings_.requests.concurrency));
        begin_again(planned);
        readings_.back().counts = counts;
        return;
    }
    const std::string why = reading->scan.verdict() == Scan::Verdict::complete
                                ? "records left the API's retention while they were read"
                                : reading->scan.explanation();
    window_failed(reading,
                  Error{ErrorKind::malformed, why + ", twice; what came is kept, the window is not "
                                                    "claimed and will be read again"},
                  WindowOutcome::incomplete);
}

Seconds Collector::duration_of(const Reading& reading) const {
    return std::chrono::ceil<Seconds>(world_.clock.monotonic() - reading.started);
}

/// What leaves the retention while the window is read is read by itself.
void Collector::leave_edge_out(PlannedWindow& planned, Seconds margin) {
    if (planned.purpose == Purpose::sweep) {
        // Sweeps are at most half of what is left after the last age apart: with a third left out,
        // each moment is still in one of them after it has reached that age.
        const Policy& policy = settings_.policy;
        margin = std::min(margin, (policy.retention - policy.final_age()) / 3);
    }
    const Moment edge = claimable_from();
    const Moment safe = edge + margin + Seconds{1};
    if (planned.window.from >= safe || safe >= planned.window.to) return;
    PlannedWindow at_the_edge = planned;
    at_the_edge.window = {.from = std::max(planned.window.from, edge), .to = safe};
    planned.window.from = safe;
    if (planned.purpose != Purpose::sweep) begin_later(at_the_edge);
}

void Collector::tell_once(NoticeReport::Kind kind, const std::string& text) {
    if (!told_.insert(text).second) return;
    world_.observer.on_notice(settings_.identity, {.kind = kind, .text = text});
}

void Collector::notice_clock() {
    const Seconds skew = server_time_.skew(world_.clock.wall(), world_.clock.monotonic());
    if (std::chrono::abs(skew) < skew_told) return;
    if (!told_.insert("skew").second) return;
    world_.observer.on_notice(
        settings_.identity,
        {.kind = NoticeReport::Kind::clock_skew,
         .text = fmt::format("this machine's clock is {} {} the API server's; the earlier of the "
                             "two is used for claims. Check the time service (timedatectl)",
                             to_words(std::chrono::abs(skew)),
                             skew > Seconds{0} ? "ahead of" : "behind")});
}

}  // namespace callarchive
