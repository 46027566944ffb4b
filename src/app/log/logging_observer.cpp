#include "app/log/logging_observer.h"

#include "base/time_text.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

// Failures of one kind are told this often at most, with how many there were. The kind and not the
// message decides, for messages carry request ids and are never the same twice.
constexpr Milliseconds fold{60'000};

constexpr std::size_t request_id_bytes_max = 80;

const char* name_of(Purpose purpose) {
    switch (purpose) {
        case Purpose::poll:
            return "poll";
        case Purpose::first_read:
            return "first read";
        case Purpose::revisit:
            return "revisit";
        case Purpose::sweep:
            return "sweep";
    }
    return "";
}

std::string text_of(const Window& window) {
    return fmt::format("{} .. {}", to_iso8601(window.from), to_iso8601(window.to));
}

std::string counts_text(const RecordCounts& counts) {
    return fmt::format("{} new, {} unchanged, {} revised, {} rejected", counts.added,
                       counts.unchanged, counts.revised, counts.rejected);
}

}  // namespace

void LoggingObserver::on_request(const SourceIdentity& source, const RequestReport& report) {
    request_ids_[source.name] = report.request_id.substr(0, request_id_bytes_max);
}

void LoggingObserver::on_window(const SourceIdentity& source, const WindowReport& report) {
    Cycle& cycle = cycles_[source.name];
    cycle.counts += report.counts;
    cycle.pages += report.pages;
    ++cycle.windows;
    std::string text =
        fmt::format("{} {}: {} in {} page{}, {} ms", name_of(report.planned.purpose),
                    text_of(report.planned.window), counts_text(report.counts), report.pages,
                    report.pages == 1 ? "" : "s", report.duration.count());
    if (!report.why.empty()) text += "; " + report.why;
    log_.write(LogLevel::debug, text, {{"app", source.name}});
}

void LoggingObserver::on_failure(const SourceIdentity& source, const FailureReport& report) {
    Failures& failures = failures_[source.name][report.error.kind];
    ++failures.since;
    if (!may_tell(failures.told)) return;
    std::string text = report.error.message;
    // A window fails over answers that were good one by one: then the last one's id is worth most.
    const std::string& request_id = request_ids_[source.name];
    if (!request_id.empty() && text.find("requestId") == std::string::npos)
        text += fmt::format(", last requestId \"{}\"", request_id);
    if (report.window) text += fmt::format(" (window {})", text_of(*report.window));
    if (report.retry_in > Milliseconds{0}) {
        text +=
            fmt::format("; next try in {}", to_words(std::chrono::ceil<Seconds>(report.retry_in)));
    }
    if (failures.since > 1) {
        text += fmt::format("; {} failures since the last line", failures.since);
    }
    failures = {.told = clock_.monotonic(), .since = 0};
    const bool for_a_person =
        report.error.kind == ErrorKind::configuration ||
        report.error.kind == ErrorKind::storage_full || report.error.kind == ErrorKind::storage ||
        report.error.kind == ErrorKind::damaged || report.error.kind == ErrorKind::displaced;
    log_.write(for_a_person ? LogLevel::error : LogLevel::warn, text, {{"app", source.name}});
}

void LoggingObserver::on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) {
    Losses& losses = losses_[source.name];
    for (const Segment& segment : lost) {
        (segment.reason == GapReason::unread ? losses.unread : losses.early) +=
            segment.span.length();
        losses.newest = segment.span;
    }
    tell_losses(source.name);
}

void LoggingObserver::tell_losses(const std::string& app) {
    const auto found = losses_.find(app);
    if (found == losses_.end() || !may_tell(found->second.told)) return;
    Losses& losses = found->second;
    std::vector<std::string> parts;
    if (losses.unread > Seconds{0}) {
        parts.push_back(
            fmt::format("{} unread, where any call may be missing", to_words(losses.unread)));
    }
    if (losses.early > Seconds{0}) {
        parts.push_back(fmt::format("{} early, where only very long calls may be missing",
                                    to_words(losses.early)));
    }
    if (parts.empty()) return;
    // Over what is early alone nobody has to do anything.
    const LogLevel level = losses.unread > Seconds{0} ? LogLevel::error : LogLevel::warn;
    losses.told = clock_.monotonic();
    losses.unread = losses.early = Seconds{0};
    log_.write(level,
               fmt::format("history left the API's window before it was final: {}; the newest part "
                           "at {}; see `callarchive gaps`",
                           fmt::join(parts, " and "), text_of(losses.newest)),
               {{"app", app}});
}

bool LoggingObserver::may_tell(const std::optional<Monotonic>& told) const {
    return !told || clock_.monotonic() - *told >= fold;
}

void LoggingObserver::on_notice(const SourceIdentity& source, const NoticeReport& report) {
    const bool good_news = report.kind == NoticeReport::Kind::filter_evidence;
    log_.write(good_news ? LogLevel::info : LogLevel::warn, report.text, {{"app", source.name}});
}

void LoggingObserver::on_cycle(const SourceReport& report) {
    const std::string& app = report.identity.name;
    const auto failed = failures_.find(app);
    if (failed != failures_.end() && !report.failing) {
        int untold = 0;
        for (const auto& [kind, failures] : failed->second)
            untold += failures.since;
        log_.write(LogLevel::info,
                   untold == 0 ? std::string{"working again"}
                               : fmt::format("working again; {} failure{} since the last line",
                                             untold, untold == 1 ? "" : "s"),
                   {{"app", app}});
        failures_.erase(failed);
    }
    // What came after the last line about losses must not wait for the next loss.
    tell_losses(app);
    const Cycle cycle = std::exchange(cycles_[app], {});
    if (cycle.windows == 0) return;
    log_.write(LogLevel::info,
               fmt::format("{} in {} window{}; final until {}, margin {}",
                           counts_text(cycle.counts), cycle.windows, cycle.windows == 1 ? "" : "s",
                           to_iso8601(report.cursor), to_words(report.margin)),
               {{"app", app},
                {"new", cycle.counts.added},
                {"unchanged", cycle.counts.unchanged},
                {"revised", cycle.counts.revised},
                {"rejected", cycle.counts.rejected},
                {"windows", cycle.windows},
                {"pages", cycle.pages},
                {"margin_seconds", report.margin.count()}});
}

}  // namespace callarchive
