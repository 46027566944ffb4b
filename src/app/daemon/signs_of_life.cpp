#include "app/daemon/signs_of_life.h"

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

// A machine that slept, or a process that was stopped, shows as one long turn in which nothing
// could be asked: it counts as a short one.
constexpr Milliseconds turn_counted_max{5'000};
// The longest wait between two tries of what a person must mend, and room for its jitter.
constexpr Milliseconds wait_longest{900'000};

}  // namespace

void SignsOfLife::expect(const std::vector<std::string>& apps, Milliseconds silence_max) {
    std::map<std::string, Milliseconds> next;
    for (const std::string& app : apps) {
        const auto known = silence_.find(app);
        next.emplace(app, known == silence_.end() ? Milliseconds{0} : known->second);
    }
    silence_ = std::move(next);
    silence_max_ = silence_max;
}

void SignsOfLife::turned(Milliseconds duration) {
    for (auto& [app, silence] : silence_)
        silence += std::min(duration, turn_counted_max);
}

bool SignsOfLife::all_well() const {
    return std::all_of(silence_.begin(), silence_.end(),
                       [&](const auto& entry) { return entry.second <= silence_max_; });
}

void SignsOfLife::sign_of(const SourceIdentity& source) {
    const auto found = silence_.find(source.name);
    if (found != silence_.end()) found->second = Milliseconds{0};
}

void SignsOfLife::on_request(const SourceIdentity& source, const RequestReport&) {
    sign_of(source);
}
void SignsOfLife::on_window(const SourceIdentity& source, const WindowReport&) {
    sign_of(source);
}
void SignsOfLife::on_failure(const SourceIdentity& source, const FailureReport&) {
    sign_of(source);
}
void SignsOfLife::on_gaps(const SourceIdentity&, const std::vector<Segment>&) {}
void SignsOfLife::on_notice(const SourceIdentity&, const NoticeReport&) {}
void SignsOfLife::on_cycle(const SourceReport& report) {
    sign_of(report.identity);
}

Milliseconds silence_allowed(Seconds poll_interval, Milliseconds request_timeout) {
    return std::max<Milliseconds>(2 * poll_interval, wait_longest) + 2 * request_timeout;
}

}  // namespace callarchive
