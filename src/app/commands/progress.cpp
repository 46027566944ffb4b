#include "app/commands/progress.h"

#include "app/commands/terminal.h"
#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace callarchive {
namespace {

constexpr Milliseconds terminal_interval{100};
// In a log it is one of many.
constexpr Milliseconds line_interval{60'000};
constexpr std::size_t bar_columns_max = 24;
constexpr std::size_t bar_columns_min = 6;

}  // namespace

std::string progress_line(double done, const std::string& numbers, std::size_t columns) {
    // The last column stays free: some terminals wrap as soon as it is written, and a line that
    // wraps is not overwritten by the next but left behind.
    const std::size_t room = columns == 0 ? 0 : columns - 1;
    if (room < numbers.size() + 1 + bar_columns_min) return numbers.substr(0, room);
    const std::size_t bar = std::min(bar_columns_max, room - numbers.size() - 1);
    const auto filled =
        static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * static_cast<double>(bar));
    std::string line;
    for (std::size_t i = 0; i < bar; ++i)
        line += i < filled ? "█" : "░";
    return line + " " + numbers;
}

Progress::Progress(const Clock& clock, bool terminal)
    : clock_(clock),
      terminal_(terminal),
      begin_(clock.monotonic()),
      last_(begin_),
      counted_(begin_) {}

Progress::~Progress() {
    clear();
}

bool Progress::due() const {
    return clock_.monotonic() - last_ >= (terminal_ ? terminal_interval : line_interval);
}

/// Records are told in large portions, as they become durable: between two of them the rate is that
/// of the last, and does not fall.
double Progress::records_per_second() const {
    const double elapsed = std::chrono::duration<double>(counted_ - begin_).count();
    return static_cast<double>(counts_.added + counts_.unchanged + counts_.revised) /
           std::max(0.001, elapsed);
}

void Progress::show(Seconds remaining) {
    const Monotonic now = clock_.monotonic();
    last_ = now;
    most_ = std::max(most_, remaining);
    const auto seen = counts_.added + counts_.unchanged + counts_.revised;
    const double elapsed = std::max(0.001, std::chrono::duration<double>(now - begin_).count());
    const double done = most_ > Seconds{0} ? 1.0 - static_cast<double>(remaining.count()) /
                                                       static_cast<double>(most_.count())
                                           : 1.0;
    const Seconds left{done > 0.01 ? static_cast<std::int64_t>(elapsed * (1 - done) / done) : 0};
    // All windows are read: what goes on is a sweep of everything in one query, which no window
    // measures and which counts its records at its end.
    const std::string rest = remaining == Seconds{0}
                                 ? fmt::format("one last query: {} requests", requests_)
                                 : fmt::format("{:.0f}/s  {} left", records_per_second(),
                                               done > 0.01 ? to_words(left) : "?");
    const std::string numbers = fmt::format("{:3.0f} %  {} windows  {} records ({} new)  {}",
                                            done * 100, windows_, seen, counts_.added, rest);
    if (!terminal_) {
        fmt::print(stderr, "{}\n", numbers);
        return;
    }
    fmt::print(stderr, "\r{}\x1b[K", progress_line(done, numbers, error_columns()));
    std::fflush(stderr);
    shown_ = true;
}

void Progress::clear() {
    if (!shown_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    shown_ = false;
}

std::string Progress::summary() const {
    const double elapsed = std::chrono::duration<double>(clock_.monotonic() - begin_).count();
    const auto seen = counts_.added + counts_.unchanged + counts_.revised;
    std::string text = fmt::format(
        "{} records read in {:.1f} s: {} new, {} unchanged, {} revised; {} windows, {} requests",
        seen, elapsed, counts_.added, counts_.unchanged, counts_.revised, windows_, requests_);
    if (counts_.rejected != 0) text += fmt::format("; {} rejected", counts_.rejected);
    return text;
}

void Progress::on_request(const SourceIdentity&, const RequestReport&) {
    ++requests_;
}

void Progress::on_window(const SourceIdentity&, const WindowReport& report) {
    // What was read in halves, or not whole, comes again: it is no window that was read.
    if (report.outcome == WindowOutcome::complete) ++windows_;
    counts_ += report.counts;
    counted_ = clock_.monotonic();
}

void Progress::on_failure(const SourceIdentity&, const FailureReport&) {
    clear();
}

void Progress::on_gaps(const SourceIdentity&, const std::vector<Segment>&) {
    clear();
}

void Progress::on_notice(const SourceIdentity&, const NoticeReport&) {
    clear();
}

void Progress::on_cycle(const SourceReport&) {}

}  // namespace callarchive
