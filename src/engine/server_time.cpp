#include "engine/server_time.h"

namespace callarchive {
namespace {

// The header's cut-off second, and the time an answer travels.
constexpr Milliseconds uncertainty{2'000};

}  // namespace

void ServerTime::observe(const HttpAnswer& answer, Monotonic received) {
    if (!answer.date || *answer.date < no_calls_before) return;
    heard_ = received;
    const Instant date = *answer.date;
    // Keep the bound that says more, unless the server's clock was set back, or another server
    // with another clock answered: then the newest word counts.
    const auto kept = at(received);
    if (kept && *kept > date && *kept - date <= uncertainty) return;
    date_ = date;
    received_ = received;
}

std::optional<Instant> ServerTime::at(Monotonic at) const {
    if (!date_) return std::nullopt;
    return *date_ + (at - received_);
}

std::optional<Monotonic> ServerTime::heard() const {
    return heard_;
}

Instant ServerTime::trusted(Instant local, Monotonic at, Seconds tolerance) const {
    const auto server = this->at(at);
    if (!server) return local;
    return local > *server || local < *server - tolerance ? *server : local;
}

Instant ServerTime::latest(Instant local, Monotonic at) const {
    const auto server = this->at(at);
    if (!server) return local;
    return local > *server && local <= *server + uncertainty ? local : *server;
}

Seconds ServerTime::skew(Instant local, Monotonic at) const {
    const auto server = this->at(at);
    if (!server) return Seconds{0};
    const Milliseconds difference = local - *server;
    if (difference >= Milliseconds{0} && difference <= uncertainty) return Seconds{0};
    return std::chrono::duration_cast<Seconds>(difference);
}

}  // namespace callarchive
