#include "sim/life.h"

#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace callarchive::testing {
namespace {

constexpr const char* file_name = "calls.db";
// As systemd restarts it.
constexpr Milliseconds restart_after{5'000};
constexpr std::int64_t requests_max = 150'000;
// Longest step: kills and the like come between steps.
constexpr Milliseconds step_most{60'000};

std::uint64_t mixed(std::uint64_t sum, std::uint64_t value) {
    return (sum ^ value) * 0x100000001b3ULL + (sum >> 29U);
}

}  // namespace

template <typename... Parts>
void Life::tell(fmt::format_string<Parts...> text, Parts&&... parts) {
    if (trace_) {
        trace_(fmt::format("{} +{:>9.3f} s  {}", to_iso8601(moment_of(clock_.true_now())),
                           static_cast<double>((clock_.true_now() - began_).count()) / 1'000,
                           fmt::format(text, std::forward<Parts>(parts)...)));
    }
}

Life::Life(const Scenario& scenario, Trace trace)
    : scenario_(scenario),
      trace_(std::move(trace)),
      dice_(scenario.seed ^ 0x5eed),
      began_(moment_from_unix(1'700'000'000)),
      clock_(began_),
      service_(scenario.service, began_),
      link_(service_, served_),
      network_(
          clock_,
          [this](const HttpRequest& request, Instant at) { return link_.exchange(request, at); },
          scenario.seed ^ 0x4e7),
      disk_(scenario.seed ^ 0xd15c),
      vfs_(disk_),
      oracle_(scenario, service_, served_, began_),
      sources_(scenario.sources),
      starts_at_(began_) {
    network_.faults = scenario.background;
    network_.latency_max = scenario.latency_max;
    network_.on_start = [this](const HttpRequest&) { note_request(); };
    clock_.set_wall_error(scenario.clock_error_at_boot);
    report_.seed = scenario.seed;
}

Life::~Life() {
    end_process();
}

void Life::note_request() {
    const Instant now = clock_.true_now();
    request_times_.push_back(now);
    while (now - request_times_.front() >= Seconds{1})
        request_times_.pop_front();
    // Entries of one application share its limit.
    const auto limit = static_cast<std::size_t>(sources_.front().requests.rate_limit);
    if (request_times_.size() > limit) {
        oracle_.violated(
            fmt::format("{} requests in a second, {} allowed", request_times_.size(), limit));
    }
}

void Life::start_process() {
    auto opened = Archive::open({.path = file_name, .cache_bytes = 2 << 20, .vfs = vfs_.name()},
                                moment_of(clock_.wall()));
    if (opened.ok()) {
        archive_.emplace(*std::move(opened));
        engine_ = std::make_unique<Engine>(*archive_, clock_, network_, *this, Mode::follow,
                                           scenario_.seed + process_seed_++);
        const auto configured = engine_->configure(sources_);
        if (configured.ok()) {
            tell("process started");
            return;
        }
        tell("configuring failed: {}", configured.error().message);
    } else {
        tell("opening failed: {}", opened.error().message);
        const ErrorKind kind = opened.error().kind;
        if (kind == ErrorKind::damaged || kind == ErrorKind::too_new) {
            oracle_.violated("the archive was refused: " + opened.error().message);
            archive_refused_ = true;
        }
    }
    end_process();
    down_for(restart_after);
}

void Life::end_process() {
    engine_.reset();
    archive_.reset();
    network_.forget_all();
}

void Life::stop_in_order() {
    if (!engine_) return;
    tell("stopped in order");
    static_cast<void>(engine_->stop());
    end_process();
}

void Life::run_until(Instant until) {
    while (clock_.true_now() < until) {
        const Instant now = clock_.true_now();
        Instant next = until;
        for (auto it = lasting_.begin(); it != lasting_.end();) {
            if (it->second <= now) {
                const Trouble over = it->first;
                it = lasting_.erase(it);
                end_of(over);
            } else {
                next = std::min(next, it->second);
                ++it;
            }
        }
        if (!engine_) {
            if (starts_at_ <= now) {
                start_process();
            } else {
                clock_.advance(std::min(starts_at_, next) - now);
                continue;
            }
        }
        if (engine_) engine_->step(std::min<Milliseconds>(step_most, next - clock_.true_now()));
        if (disk_.stopped()) machine_stopped();
        if (violations_enough() || asked_enough()) return;
    }
}

void Life::check(Depth depth) {
    // A copy, so that looking changes nothing; what the process sees is what a kill would leave.
    const auto image = disk_.copy();
    const Snapshot snapshot = take_snapshot(*image, file_name, depth);
    const Instant now = clock_.true_now();
    oracle_.check_state(snapshot, now);
    if (disk_.all_synced()) {
        oracle_.remember(snapshot);
    } else {
        const auto durable = disk_.image_after_power_cut(1, 0);
        oracle_.remember(take_snapshot(*durable, file_name, Depth::ledger));
    }
    if (trace_) {
        tell("looked at: {} calls, {} violations so far; not synced: {}", snapshot.calls.size(),
             oracle_.violations().size(), disk_.unsynced());
    }
    if (depth == Depth::ledger) return;
    oracle_.check_claims(snapshot, now);
    oracle_.check_content(snapshot);
    oracle_.check_gaps(snapshot, disturbances_, now);
    report_.calls = static_cast<std::int64_t>(snapshot.calls.size());
    for (const auto& [id, call] : snapshot.calls)
        report_.fingerprint = mixed(report_.fingerprint, std::hash<std::string>{}(id + call.row));
}

/// One application whose every second is asked for, for months, would hold up all other lives.
bool Life::asked_enough() const {
    return network_.requests > requests_max;
}

/// A refused archive stays refused: what is left of the life would be a start every few seconds.
bool Life::violations_enough() const {
    return archive_refused_ || oracle_.violations().size() >= 10;
}

/// All troubles end, and after a while nothing that can be read is left unread.
void Life::settle() {
    calm_down();
    const Policy& policy = scenario_.policy();
    run_until(std::max(began_ + scenario_.length, clock_.true_now()) +
              std::max<Milliseconds>(policy.retention / 4, 4 * policy.poll_interval));
    check(Depth::content);
    const auto image = disk_.copy();
    oracle_.check_settled(take_snapshot(*image, file_name, Depth::ledger), clock_.true_now());
    if (engine_) {
        for (const SourceReport& source : engine_->report()) {
            if (source.failing) oracle_.violated(source.identity.name + ": still failing");
        }
    }
}

LifeReport Life::live() {
    constexpr int checks = 6;
    auto event = scenario_.events.begin();
    for (int part = 1; part <= checks && !violations_enough(); ++part) {
        const Instant until = began_ + scenario_.length * part / checks;
        while (event != scenario_.events.end() && began_ + event->at < until) {
            run_until(began_ + event->at);
            befall(*event++);
        }
        run_until(until);
        check(Depth::content);
    }
    report_.cut_short = asked_enough();
    if (!report_.cut_short) settle();
    stop_in_order();
    check(Depth::content);

    report_.violations = oracle_.violations();
    report_.claims = oracle_.claims_checked();
    report_.years = std::chrono::duration<double>(clock_.true_now() - began_).count() / 31'557'600;
    report_.requests = network_.requests;
    report_.network_failures = network_.failures;
    report_.disk_failures = disk_.failures();
    report_.api_faults = link_.faults();
    report_.fingerprint = mixed(report_.fingerprint, static_cast<std::uint64_t>(network_.requests));
    return report_;
}

void Life::on_request(const SourceIdentity&, const RequestReport& report) {
    if (report.outcome == RequestOutcome::ok && oracle_.first_answer == Instant::max()) {
        oracle_.first_answer = clock_.true_now();
    }
}

void Life::on_window(const SourceIdentity& source, const WindowReport& report) {
    oracle_.told_added(report.counts.added);
    if (!trace_) return;
    tell("{}: [{}, {}) purpose {} outcome {} {} pages {} new {} same {} revised; {}", source.name,
         unix_seconds(report.planned.window.from), unix_seconds(report.planned.window.to),
         static_cast<int>(report.planned.purpose), static_cast<int>(report.outcome), report.pages,
         report.counts.added, report.counts.unchanged, report.counts.revised, report.why);
}

void Life::on_failure(const SourceIdentity& source, const FailureReport& report) {
    tell("{}: {} (retry in {} ms)", source.name, report.error.message, report.retry_in.count());
}

void Life::on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) {
    for (const Segment& gap : lost) {
        tell("{}: GAP [{}, {})", source.name, unix_seconds(gap.span.from),
             unix_seconds(gap.span.to));
    }
}

void Life::on_notice(const SourceIdentity& source, const NoticeReport& report) {
    tell("{}: {}", source.name, report.text);
}

void Life::on_cycle(const SourceReport& report) {
    oracle_.told_cursor(report.identity.name, unix_seconds(report.cursor));
    ++report_.cycles;
}

}  // namespace callarchive::testing
