#include "engine/collector.h"

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

// What is asked for within this time of leaving the retention may leave it before the answer.
constexpr Seconds edge_guard{2};
// A sweep's end lies beyond any record's, whatever the clocks say.
constexpr Seconds sweep_beyond_now{86'400};
// How exact the server's time is known, and the whole seconds of a moment.
constexpr Milliseconds beginning_uncertainty{3'000};
// The one that nears its end, one so short that all of it is asked for meanwhile, and the next. Not
// more: a kill costs what was under way.
constexpr std::size_t windows_under_way_max = 3;

}  // namespace

Collector::Collector(Surroundings& world, SourceSettings settings, SourceNo source,
                     std::shared_ptr<RateLimit> rate_limit)
    : world_(world),
      settings_(std::move(settings)),
      source_(source),
      rate_limit_(std::move(rate_limit)),
      credential_(settings_.credential, settings_.identity.sdk_app_id,
                  settings_.endpoint.identifier),
      born_wall_(world_.clock.wall()),
      born_(world_.clock.monotonic()),
      set_aside_(settings_.policy.retention),
      window_max_(settings_.policy.window_max) {}

Collector::~Collector() {
    while (!readings_.empty())
        drop(readings_.begin());
}

void Collector::start_over(Monotonic not_before) {
    while (!readings_.empty())
        drop(readings_.begin());
    pieces_.clear();
    paused_until_ = std::max(paused_until_, not_before);
    wakes_at_ = paused_until_;
}

bool Collector::live() const {
    if (readings_.empty()) return at_rest();
    return readings_.size() == 1 && is_under_way(Purpose::poll) && resting_;
}

Instant Collector::trusted_now() const {
    return server_time_.trusted(world_.clock.wall(), world_.clock.monotonic(),
                                settings_.policy.overlap);
}

Moment Collector::claimable_from() const {
    // The edge must not be too early.
    const Instant now = server_time_.latest(world_.clock.wall(), world_.clock.monotonic());
    return moment_of(now) - settings_.policy.retention + edge_guard;
}

/// A machine without a battery may start at any date, and enrolled this source at it. Nothing was
/// read yet, so nothing but the beginning is wrong.
void Collector::correct_beginning(Ledger& ledger) {
    const Monotonic now = world_.clock.monotonic();
    const auto server = server_time_.at(now);
    if (beginning_checked_ || !server) return;
    beginning_checked_ = true;
    const Policy& policy = settings_.policy;
    const Moment beginning = ledger.coverage.beginning();
    const Milliseconds error = born_wall_ - (*server - (now - born_));
    Moment right = beginning;
    const bool enrolled_by_this_process =
        std::chrono::abs(beginning + policy.retention - moment_of(born_wall_)) <= Seconds{2};
    // Ahead by less than is tolerated elsewhere would still leave out calls that can be read.
    const bool ahead = error > beginning_uncertainty;
    if (enrolled_by_this_process && (ahead || -error > policy.overlap)) {
        right = moment_of(born_wall_ - error) - policy.retention;
    }
    // An earlier process did it: no beginning lies ahead, and none before there was an API.
    const Moment latest = moment_of(*server) - policy.retention;
    const Seconds grace = ledger.beginning_may_move_to - beginning;
    if (right > latest + grace || right < no_calls_before) right = latest;
    if (right != beginning) ledger.begin_anew(right);
}

/// With a local clock far behind all that was read nothing is ever due, and without an answer
/// nobody learns that it is: then one question is asked for its answer's date. So too where one
/// answer with a wrong date would else have put off the next poll for as long as it was wrong.
bool Collector::may_ask_the_time() {
    const Monotonic now = world_.clock.monotonic();
    const auto heard = server_time_.heard();
    if (heard && now - *heard < 2 * settings_.policy.poll_interval) return false;
    if (asked_the_time_ && now - *asked_the_time_ < settings_.policy.poll_interval) return false;
    asked_the_time_ = now;
    return true;
}

/// Only the server's own word makes a loss certain: a local clock that jumped ahead does not. Where
/// no answer has a date, a clock that has not stepped for long is all there is.
bool Collector::can_tell_a_loss() const {
    const Monotonic now = world_.clock.monotonic();
    return server_time_.at(now) || local_time_.is_steady(world_.clock.wall(), now);
}

Policy Collector::policy_now() const {
    Policy policy = settings_.policy;
    policy.window_max = window_max_;
    // One pass reads the newest moments in any case: whoever starts it wants them.
    if (world_.mode == Mode::pass && !polled_) policy.poll_interval = Seconds{0};
    return policy;
}

ScanLimits Collector::limits_for(const PlannedWindow& planned) const {
    return {.page_size = settings_.requests.page_size,
            .concurrency = settings_.requests.concurrency,
            .records_max = settings_.requests.max_window_records,
            .may_split = planned.purpose != Purpose::sweep && planned.window.length() > Seconds{1},
            .total_meaning = total_meaning_};
}

void Collector::advance() {
    const Monotonic now = world_.clock.monotonic();
    if (finished_) {
        wakes_at_ = Monotonic::max();
        return;
    }
    if (now < paused_until_) {
        wakes_at_ = paused_until_;
        return;
    }
    if (readings_.empty()) {
        if (now < wakes_at_) return;
        choose();
    } else if (is_under_way(Purpose::sweep)) {
        interrupt_sweep_for_poll();
    } else if (may_look_ahead()) {
        choose();
    }
    if (!readings_.empty() && !world_.storage_failure) send();
}

bool Collector::is_under_way(Purpose purpose) const {
    return std::any_of(readings_.begin(), readings_.end(),
                       [&](const Reading& each) { return each.planned.purpose == purpose; });
}

/// The next window's first page goes out while the last pages of the one before it are under way.
/// Not before something came of that one: what is wrong with one is wrong with both. And not before
/// the first page of a window says whether it is too large.
bool Collector::may_look_ahead() const {
    return !nothing_ahead_ && total_meaning_ != TotalMeaning::unknown &&
           readings_.size() < windows_under_way_max &&
           std::all_of(readings_.begin(), readings_.end(),
                       [](const Reading& each) { return each.scan.nears_end(); });
}

/// The plan without what waits for another time, and without what is being read.
std::vector<PlannedWindow> Collector::plan_the_rest(const Ledger& ledger, Moment now) const {
    const Monotonic monotonic = world_.clock.monotonic();
    auto planned = set_aside_.filter(plan(ledger, now, policy_now()), monotonic);
    const Moment hopeless = claimable_from() + Seconds{1};
    std::erase_if(planned, [&](const PlannedWindow& p) {
        if (p.purpose == Purpose::sweep) {
            return monotonic < sweep_not_before_ || !readings_.empty();
        }
        if (p.purpose == Purpose::poll && is_under_way(Purpose::poll)) return true;
        return p.window.to <= hopeless;
    });
    for (const Reading& reading : readings_) {
        if (reading.planned.purpose == Purpose::sweep) continue;
        planned = without(planned, reading.planned.window);
    }
    return planned;
}

void Collector::choose() {
    auto ledger = world_.archive.ledger(source_);
    if (!ledger.ok()) return storage_failed(ledger.error());
    filter_is_known_ = ledger->evidence.straddlers_are_returned();
    const Moment now = moment_of(trusted_now());

    if (can_tell_a_loss()) {
        const Ledger before = *ledger;
        correct_beginning(*ledger);
        auto lost = ledger->expire(now, policy_now());
        if (!(before == *ledger)) {
            auto stored = world_.archive.store_ledger(source_, *ledger);
            if (!stored.ok()) return storage_failed(stored.error());
            tell_lost(std::move(lost));
        }
    }

    auto planned = plan_the_rest(*ledger, now);
    const bool ahead = !readings_.empty();
    if (planned.empty() && !ahead && may_ask_the_time()) {
        planned.push_back({.window = {.from = now - settings_.policy.overlap, .to = now},
                           .purpose = Purpose::poll});
    }
    const bool poll_first = !planned.empty() && planned.front().purpose == Purpose::poll;
    const bool nothing_else = pieces_.empty() && planned.size() <= (poll_first ? 1U : 0U);
    if (nothing_else && (!poll_first || (world_.mode == Mode::pass && polled_))) {
        nothing_ahead_ = ahead;
        if (!ahead) rest(*ledger, now);
        return;
    }
    resting_ = nothing_else && !ahead;
    // Polls and the rest take turns when polls are slow: neither stops the other.
    if (poll_first && (nothing_else || !last_was_poll_)) return begin(planned.front());
    if (!pieces_.empty()) {
        const PlannedWindow piece = pieces_.front();
        pieces_.pop_front();
        return begin(piece);
    }
    begin(planned[poll_first ? 1 : 0]);
}

void Collector::rest(const Ledger& ledger, Moment now) {
    const Monotonic monotonic = world_.clock.monotonic();
    if (world_.mode == Mode::pass) {
        finished_ = true;
        wakes_at_ = Monotonic::max();
    } else {
        const Moment poll = next_poll(ledger, now, settings_.policy);
        const Monotonic retry =
            std::min(set_aside_.next(monotonic),
                     sweep_not_before_ > monotonic ? sweep_not_before_ : Monotonic::max());
        // A poll that is due and yet not planned has to wait for another reason than time.
        // One that is due later than an interval from now is so by a wrong time alone.
        const Seconds interval = settings_.policy.poll_interval;
        wakes_at_ =
            std::min(monotonic + (poll > now ? std::min(poll - now, interval) : interval), retry);
    }
    if (!resting_ || last_was_poll_ || finished_) {
        last_was_poll_ = false;
        world_.outbox.add(monotonic, [this] { world_.observer.on_cycle(report()); });
    }
    resting_ = true;
}

void Collector::begin(PlannedWindow planned) {
    ScanLimits limits = limits_for(planned);
    // As the last sweep showed, or it would have to be read twice.
    if (planned.purpose == Purpose::sweep) {
        limits.one_by_one = sweeps_one_by_one_;
        if (edge_moves_for_ > Seconds{0}) leave_edge_out(planned, 2 * edge_moves_for_);
    }
    begin(Reading{planned, limits, world_.clock.monotonic()});
}

/// What did not add up is read page by page: slower, but nothing that arrives can hide anything.
void Collector::begin_again(const PlannedWindow& planned) {
    ScanLimits limits = limits_for(planned);
    limits.one_by_one = true;
    Reading reading{planned, limits, world_.clock.monotonic()};
    reading.again = true;
    begin(std::move(reading));
}

void Collector::begin(Reading reading) {
    const PlannedWindow& planned = reading.planned;
    reading.asked_until = planned.window.to;
    if (planned.purpose == Purpose::sweep) {
        reading.asked_until = moment_of(trusted_now()) + sweep_beyond_now;
    }
    last_was_poll_ = planned.purpose == Purpose::poll;
    readings_.push_back(std::move(reading));
}

/// The soonest to leave the retention stays first.
void Collector::begin_later(const PlannedWindow& planned) {
    const auto after = std::find_if(
        pieces_.begin(), pieces_.end(),
        [&](const PlannedWindow& piece) { return planned.window.from < piece.window.from; });
    pieces_.insert(after, planned);
}

void Collector::interrupt_sweep_for_poll() {
    if (is_under_way(Purpose::poll)) return;
    auto ledger = world_.archive.ledger(source_);
    if (!ledger.ok()) return storage_failed(ledger.error());
    const Moment now = moment_of(trusted_now());
    if (next_poll(*ledger, now, settings_.policy) > now) return;
    const auto planned =
        set_aside_.filter(plan(*ledger, now, settings_.policy), world_.clock.monotonic());
    if (planned.empty() || planned.front().purpose != Purpose::poll) return;
    begin(planned.front());
}

SourceReport Collector::report() {
    SourceReport report{.identity = settings_.identity,
                        .cursor = {},
                        .head = {},
                        .last_success = last_success_,
                        .newest_poll = {},
                        .failing = failures_ > 0};
    const auto ledger = world_.archive.ledger(source_);
    if (!ledger.ok()) return report;
    const Moment now = moment_of(trusted_now());
    report.cursor = ledger->cursor();
    report.head = ledger->head();
    report.margin = ledger->margin(now, settings_.policy);
    // What an earlier process polled counts: a restart makes nothing older.
    const auto& segments = ledger->coverage.segments();
    if (!segments.empty()) report.newest_poll = segments.back().read_as_of;
    for (const Segment& segment : ledger->coverage.segments()) {
        report.unread_gaps_unacknowledged |= segment.state == CoverageState::gap &&
                                             segment.reason == GapReason::unread &&
                                             segment.detected_at > ledger->acknowledged_until;
    }
    for (const PlannedWindow& p : plan(*ledger, now, policy_now())) {
        // A sweep reads again what windows read: it is no measure of what is left to do.
        if (p.purpose == Purpose::sweep) continue;
        report.remaining += p.window.length();
        ++report.windows_due;
    }
    return report;
}

}  // namespace callarchive
