#include "app/doctor/service_checks.h"

#include "app/doctor/conversation.h"
#include "app/doctor/filter_probe.h"
#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace callarchive {
namespace {

using Verdict = Finding::Verdict;

// What networks and whole-second headers make of two clocks that agree.
constexpr Seconds clock_tolerance{30};
constexpr Seconds looked_back_max{86'400};

struct Step {
    const char* subject;
    const char* good;
    const char* remedy;
};

// In the order in which a request meets them.
constexpr std::array steps{
    Step{"name", "is known to DNS",
         "check endpoint, /etc/resolv.conf and the proxy: getent hosts says what this machine "
         "knows"},
    Step{"connection", "is reached",
         "check the firewall for outgoing port 443, requests.proxy, and whether the machine is "
         "online"},
    Step{"TLS", "has a certificate that is trusted",
         "check this machine's clock, the package ca-certificates, and requests.ca_file where a "
         "proxy "
         "opens the connection"},
    Step{"answer", "answers",
         "try again; if it repeats, check the proxy and the vendor's status page"},
};

std::size_t step_of(HttpFailureKind kind) {
    switch (kind) {
        case HttpFailureKind::name_resolution:
            return 0;
        case HttpFailureKind::connect:
            return 1;
        case HttpFailureKind::tls:
            return 2;
        case HttpFailureKind::timeout:
        case HttpFailureKind::broken:
        case HttpFailureKind::too_large:
            return 3;
    }
    return 3;
}

/// Whether an endpoint names a machine by its address, which needs no DNS.
bool is_address(const std::string& base) {
    const std::size_t begin = base.find("://") + 3;
    const std::string host = base.substr(begin, base.find_first_of(":/", begin) - begin);
    return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string::npos;
}

void report_way(const Conversation::Reply& reply, const SourceSettings& settings,
                Findings& findings) {
    const bool plain = settings.endpoint.base.starts_with("http://");
    const std::size_t failed = reply.failure ? step_of(reply.failure->kind) : steps.size();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (plain && i == 2) continue;
        if (i > failed) return;
        if (i == failed) {
            findings.push_back(
                {Verdict::failure, steps[i].subject, reply.failure->message, steps[i].remedy});
        } else {
            const bool no_name = i == 0 && is_address(settings.endpoint.base);
            findings.push_back(
                {Verdict::good, steps[i].subject,
                 fmt::format("{} {}", settings.endpoint.base,
                             no_name ? "is an address and needs no DNS" : steps[i].good)});
        }
    }
}

/// The message of a refusal names the setting to look at, where the API's code tells it.
Finding judge_answer(const Conversation::Reply& reply) {
    if (!reply.page.ok()) {
        const ErrorKind kind = reply.page.error().kind;
        const bool for_a_person = kind == ErrorKind::configuration || kind == ErrorKind::expired ||
                                  kind == ErrorKind::refused;
        return {Verdict::failure, "request", reply.page.error().message,
                for_a_person
                    ? "mend what the message names, then run doctor again"
                    : "try again; if it repeats, look at what stands between (a proxy), or give "
                      "the vendor's support the requestId"};
    }
    return {Verdict::good, "request",
            fmt::format("the UserSig is accepted; {} record{} on the first page, {} ms",
                        reply.page->rows(), reply.page->rows() == 1 ? "" : "s",
                        reply.duration.count())};
}

Finding judge_clock(const std::optional<Seconds>& ahead, Seconds overlap) {
    if (!ahead) {
        return {Verdict::skipped, "clock", "no answer carried a date to compare this clock with"};
    }
    const Seconds off = std::chrono::abs(*ahead);
    const std::string found =
        fmt::format("this machine's clock is {} {} the service's", to_words(off),
                    *ahead > Seconds{0} ? "ahead of" : "behind");
    const std::string remedy = "timedatectl set-ntp true (or the machine's own time service)";
    if (off > overlap) {
        return {Verdict::failure, "clock",
                found + fmt::format("; more than schedule.overlap ({})", to_words(overlap)),
                remedy};
    }
    if (off > clock_tolerance) return {Verdict::advice, "clock", found, remedy};
    return {Verdict::good, "clock", "agrees with the service's"};
}

}  // namespace

Findings check_service(const SourceSettings& settings, const Clock& clock, Http& http,
                       std::uint32_t random) {
    Findings findings;
    Conversation conversation{settings, clock, http, random};
    const Moment now = moment_of(clock.wall());
    const Seconds back = std::min(looked_back_max, settings.policy.retention / 2);
    const auto reply = conversation.ask(now - back, now);
    report_way(reply, settings, findings);
    if (reply.failure) return findings;
    findings.push_back(judge_clock(conversation.clock_ahead(), settings.policy.overlap));
    findings.push_back(judge_answer(reply));
    if (!reply.page.ok()) return findings;
    const auto sightings = probe_filter(conversation, reply.page->records);
    if (!sightings.ok()) {
        findings.push_back({Verdict::skipped, "filter", sightings.error().message});
    } else {
        findings.push_back(
            {Verdict::good, "filter",
             sightings->calls == 0
                 ? reading_in_words(*sightings)
                 : fmt::format("looks as if {} (asked for parts of {} call{}); the archive is "
                               "complete under every reading",
                               reading_in_words(*sightings), sightings->calls,
                               sightings->calls == 1 ? "" : "s")});
    }
    return findings;
}

}  // namespace callarchive
