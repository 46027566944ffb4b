#include "sim/virtual_network.h"

#include <algorithm>
#include <utility>

namespace callarchive::testing {

VirtualNetwork::VirtualNetwork(VirtualClock& clock, Service service, std::uint64_t seed)
    : clock_(clock), service_(std::move(service)), random_(seed) {}

bool VirtualNetwork::drawn(double share) {
    return share > 0 && std::uniform_real_distribution<double>{0, 1}(random_) < share;
}

Milliseconds VirtualNetwork::drawn_up_to(Milliseconds most) {
    return Milliseconds{std::uniform_int_distribution<std::int64_t>{
        1, std::max<std::int64_t>(1, most.count())}(random_)};
}

void VirtualNetwork::start(HttpTicket ticket, HttpRequest request) {
    ++requests;
    if (on_start) on_start(request);
    Exchange exchange;
    exchange.ticket = ticket;
    exchange.request = std::move(request);
    exchange.sent = clock_.monotonic();
    const Instant now = clock_.true_now();
    const auto fail = [&](HttpFailureKind kind, const char* message, Milliseconds after) {
        ++failures;
        exchange.lost_before = true;
        exchange.outcome = HttpFailure{kind, message};
        events_.emplace(now + after, std::move(exchange));
    };
    if (faults.outage || drawn(faults.refused)) {
        return fail(HttpFailureKind::connect, "refused", drawn_up_to(latency_max));
    }
    if (drawn(faults.timed_out)) {
        return fail(HttpFailureKind::timeout, "timed out", exchange.request.timeout);
    }
    if (drawn(faults.broken_before)) {
        return fail(HttpFailureKind::broken, "reset", drawn_up_to(latency_max));
    }
    exchange.lost_after = drawn(faults.broken_after);
    exchange.truncate = drawn(faults.truncated);
    const Milliseconds there = drawn_up_to(latency_max);
    exchange.returns = now + there + drawn_up_to(latency_max);
    events_.emplace(now + there, std::move(exchange));
}

void VirtualNetwork::cancel(HttpTicket ticket) {
    std::erase_if(events_, [&](const auto& event) { return event.second.ticket == ticket; });
}

void VirtualNetwork::serve(Exchange& exchange) {
    exchange.served = true;
    Reply reply = service_(exchange.request, clock_.true_now());
    exchange.outcome = std::move(reply.outcome);
    exchange.returns += reply.delay;
    const Milliseconds left = exchange.request.timeout - (clock_.monotonic() - exchange.sent);
    if (exchange.returns - clock_.true_now() > left) {
        exchange.returns = clock_.true_now() + left;
        exchange.outcome = HttpFailure{HttpFailureKind::timeout, "timed out"};
        return;
    }
    if (exchange.lost_after || exchange.truncate) ++failures;
    if (auto* answer = std::get_if<HttpAnswer>(&exchange.outcome)) {
        if (exchange.truncate && !answer->body.empty()) {
            answer->body.resize(
                std::uniform_int_distribution<std::size_t>{0, answer->body.size() - 1}(random_));
        }
        if (exchange.lost_after) exchange.outcome = HttpFailure{HttpFailureKind::broken, "reset"};
    }
}

std::vector<HttpCompletion> VirtualNetwork::wait(Milliseconds at_most) {
    const Instant until = clock_.true_now() + at_most;
    while (!events_.empty() && events_.begin()->first <= until) {
        auto event = events_.extract(events_.begin());
        clock_.advance(std::max(Milliseconds{0}, event.key() - clock_.true_now()));
        Exchange& exchange = event.mapped();
        if (!exchange.served && !exchange.lost_before) {
            serve(exchange);
            events_.emplace(exchange.returns, std::move(exchange));
            continue;
        }
        std::vector<HttpCompletion> done;
        done.push_back({.ticket = exchange.ticket,
                        .outcome = std::move(exchange.outcome),
                        .sent = exchange.sent,
                        .received = clock_.monotonic()});
        return done;
    }
    clock_.advance(until - clock_.true_now());
    return {};
}

}  // namespace callarchive::testing
