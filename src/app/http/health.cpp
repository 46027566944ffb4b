#include "app/http/health.h"

#include "base/time_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace callarchive {
namespace {

// A commit of a hundred thousand rows on a slow disk takes seconds; a minute without a turn is a
// hang.
constexpr Milliseconds heartbeat_age_max{60'000};

Health::Verdict verdict(const std::vector<std::string>& reasons, const char* good,
                        const char* bad) {
    const nlohmann::json body{{"status", reasons.empty() ? good : bad}, {"reasons", reasons}};
    return {.good = reasons.empty(),
            .json = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
}

}  // namespace

void Health::heartbeat(Monotonic now) {
    const std::lock_guard lock{mutex_};
    last_heartbeat_ = now;
}

void Health::update(const std::vector<SourceReport>& reports, const HealthTerms& terms) {
    const std::lock_guard lock{mutex_};
    reports_ = reports;
    terms_ = terms;
}

Health::Verdict Health::alive(Monotonic now) const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> reasons;
    if (now - last_heartbeat_ > heartbeat_age_max) {
        reasons.push_back(
            fmt::format("the archiving loop has not come round for {}",
                        to_words(std::chrono::duration_cast<Seconds>(now - last_heartbeat_))));
    }
    return verdict(reasons, "alive", "stuck");
}

Health::Verdict Health::ready(Moment now) const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> reasons;
    if (reports_.empty()) reasons.emplace_back("starting: no application has been looked at yet");
    const Seconds poll_age_max =
        3 * terms_.poll_interval + std::chrono::ceil<Seconds>(terms_.request_timeout);
    for (const SourceReport& report : reports_) {
        const std::string& app = report.identity.name;
        if (!report.newest_poll) {
            reasons.push_back(fmt::format("{}: no poll has succeeded yet", app));
        } else if (now - *report.newest_poll > poll_age_max) {
            reasons.push_back(fmt::format("{}: the newest successful poll is {} old; {} is allowed",
                                          app, to_words(now - *report.newest_poll),
                                          to_words(poll_age_max)));
        }
        if (report.margin <= terms_.retention / 7) {
            reasons.push_back(
                fmt::format("{}: {} left until unread calls leave the API's window; {} is allowed",
                            app, to_words(report.margin), to_words(terms_.retention / 7)));
        }
        if (report.unread_gaps_unacknowledged) {
            reasons.push_back(fmt::format(
                "{}: an unread gap is not acknowledged (callarchive gaps --acknowledge)", app));
        }
    }
    return verdict(reasons, "ready", "not ready");
}

}  // namespace callarchive
