#include "app/daemon/pinger.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace callarchive {
namespace {

constexpr Milliseconds timeout{10'000};
constexpr std::uint64_t answer_bytes_max = 64UL * 1024;
constexpr int tries_max = 3;
constexpr Milliseconds again_after{10'000};
// Pings that fail are told at once, and then this often.
constexpr Milliseconds fold{3'600'000};

bool is_for_a_person(ErrorKind kind) {
    return kind == ErrorKind::configuration || kind == ErrorKind::refused ||
           kind == ErrorKind::storage_full || kind == ErrorKind::storage ||
           kind == ErrorKind::damaged;
}

}  // namespace

Pinger::Pinger(SharedHttp& http, const Clock& clock, Log& log)
    : http_(http), clock_(clock), log_(log) {}

void Pinger::configure(Terms terms) {
    terms_ = std::move(terms);
    std::map<std::string, Application> next;
    for (const std::string& app : terms_.apps)
        next.emplace(app, applications_[app]);
    applications_ = std::move(next);
    if (terms_.url.empty()) wanted_.reset();
}

void Pinger::turn() {
    for (const HttpCompletion& completion : http_.take_second())
        receive(completion);
    if (wanted_ && !under_way_ && clock_.monotonic() >= not_before_) send();
}

void Pinger::send() {
    under_way_ = std::exchange(wanted_, std::nullopt);
    ++tries_;
    HttpRequest request;
    request.method = HttpMethod::get;
    request.url = Secret{*under_way_ == Ping::good ? terms_.url : address_of_failure(terms_.url)};
    request.timeout = timeout;
    request.answer_bytes_max = answer_bytes_max;
    http_.start(next_ticket_++, std::move(request));
}

void Pinger::receive(const HttpCompletion& completion) {
    const Ping ping = *std::exchange(under_way_, std::nullopt);
    std::string reason;
    if (const auto* failure = std::get_if<HttpFailure>(&completion.outcome)) {
        reason = failure->message;
    } else if (const int status = std::get<HttpAnswer>(completion.outcome).status;
               status < 200 || status > 299) {
        reason = fmt::format("the answer has HTTP status {}", status);
    }
    if (reason.empty()) {
        tries_ = 0;
        if (told_) {
            log_.write(LogLevel::info, fmt::format("pings arrive again; {} failed since the last "
                                                   "line",
                                                   untold_));
        }
        told_.reset();
        untold_ = 0;
        return;
    }
    tell_failure(reason);
    if (terms_.url.empty()) return;
    // What has become true meanwhile is worth more than what was.
    if (!wanted_ && tries_ < tries_max) {
        wanted_ = ping;
        not_before_ = clock_.monotonic() + again_after;
    }
}

void Pinger::tell_failure(const std::string& reason) {
    ++untold_;
    const Monotonic now = clock_.monotonic();
    if (told_ && now - *told_ < fold) return;
    told_ = now;
    log_.write(LogLevel::warn,
               fmt::format("a ping of notify.ping_url failed: {}{}", reason,
                           untold_ == 1 ? std::string{}
                                        : fmt::format("; {} failed since the last line", untold_)));
    untold_ = 0;
}

void Pinger::want(Ping ping) {
    if (terms_.url.empty()) return;
    wanted_ = ping;
    tries_ = 0;
    not_before_ = clock_.monotonic();
}

void Pinger::note_failure(const std::string& app, bool for_a_person) {
    const auto found = applications_.find(app);
    if (found == applications_.end()) return;
    const Monotonic now = clock_.monotonic();
    Application& application = found->second;
    application.good = false;
    if (!application.failing_since) application.failing_since = now;
    if (!for_a_person && now - *application.failing_since < terms_.poll_interval) return;
    // Tries come faster than polls.
    if (failure_pinged_ && now - *failure_pinged_ < terms_.poll_interval) return;
    failure_pinged_ = now;
    want(Ping::failed);
}

void Pinger::on_failure(const SourceIdentity& source, const FailureReport& report) {
    note_failure(source.name, is_for_a_person(report.error.kind));
}

void Pinger::on_cycle(const SourceReport& report) {
    if (report.failing) return note_failure(report.identity.name, false);
    const auto found = applications_.find(report.identity.name);
    if (found == applications_.end()) return;
    found->second = {.good = true, .failing_since = std::nullopt};
    if (!std::all_of(applications_.begin(), applications_.end(),
                     [](const auto& entry) { return entry.second.good; })) {
        return;
    }
    for (auto& [name, application] : applications_)
        application.good = false;
    failure_pinged_.reset();
    want(Ping::good);
}

void Pinger::on_request(const SourceIdentity&, const RequestReport&) {}
void Pinger::on_window(const SourceIdentity&, const WindowReport&) {}
void Pinger::on_gaps(const SourceIdentity&, const std::vector<Segment>&) {}
void Pinger::on_notice(const SourceIdentity&, const NoticeReport&) {}

std::string address_of_failure(const std::string& url) {
    const std::size_t end = std::min(url.find_first_of("?#"), url.size());
    std::string path = url.substr(0, end);
    while (path.ends_with('/'))
        path.pop_back();
    return path + "/fail" + url.substr(end);
}

}  // namespace callarchive
