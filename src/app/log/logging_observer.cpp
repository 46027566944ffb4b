#include "app/log/logging_observer.h"

#include "base/time_text.h"

#include <fmt/format.h>

#include <utility>

namespace callarchive {
namespace {

// The same failure again is told this often at most, with how often it came.
constexpr Milliseconds fold{60'000};

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

void LoggingObserver::on_request(const SourceIdentity&, const RequestReport&) {}

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
    Folded& folded = failures_[source.name];
    const Monotonic now = clock_.monotonic();
    ++folded.since;
    if (folded.message == report.error.message && now - folded.told < fold) return;
    std::string text = report.error.message;
    if (report.window) text += fmt::format(" (window {})", text_of(*report.window));
    if (report.retry_in > Milliseconds{0}) {
        text +=
            fmt::format("; next try in {}", to_words(std::chrono::ceil<Seconds>(report.retry_in)));
    }
    if (folded.since > 1) text += fmt::format("; {} failures since the last line", folded.since);
    folded = {.message = report.error.message, .told = now, .since = 0};
    const bool for_a_person = report.error.kind == ErrorKind::configuration ||
                              report.error.kind == ErrorKind::storage_full ||
                              report.error.kind == ErrorKind::storage ||
                              report.error.kind == ErrorKind::damaged;
    log_.write(for_a_person ? LogLevel::error : LogLevel::warn, text, {{"app", source.name}});
}

void LoggingObserver::on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) {
    const Monotonic now = clock_.monotonic();
    Seconds& since = gaps_since_[source.name];
    for (const Segment& segment : lost)
        since += segment.span.length();
    const auto told = gaps_told_.find(source.name);
    if (told != gaps_told_.end() && now - told->second < fold) return;
    gaps_told_[source.name] = now;
    log_.write(
        LogLevel::error,
        fmt::format("{} of history left the API's window before it was final, the newest part "
                    "at {}: see `callarchive gaps`",
                    to_words(since), text_of(lost.back().span)),
        {{"app", source.name}});
    since = Seconds{0};
}

void LoggingObserver::on_notice(const SourceIdentity& source, const NoticeReport& report) {
    const bool good_news = report.kind == NoticeReport::Kind::filter_evidence;
    log_.write(good_news ? LogLevel::info : LogLevel::warn, report.text, {{"app", source.name}});
}

void LoggingObserver::on_cycle(const SourceReport& report) {
    const std::string& app = report.identity.name;
    const auto failure = failures_.find(app);
    if (failure != failures_.end() && !report.failing) {
        log_.write(LogLevel::info, "working again", {{"app", app}});
        failures_.erase(failure);
    }
    const Cycle cycle = std::exchange(cycles_[app], {});
    if (cycle.windows == 0) return;
    log_.write(LogLevel::info,
               fmt::format("{} in {} window{}; final until {}, margin {}",
                           counts_text(cycle.counts), cycle.windows, cycle.windows == 1 ? "" : "s",
                           to_iso8601(report.cursor), to_words(report.margin)),
               {{"app", app},
                {"new", std::to_string(cycle.counts.added)},
                {"pages", std::to_string(cycle.pages)}});
}

}  // namespace callarchive
