#include "api/request.h"
#include "engine/collector.h"

#include <numeric>
#include <utility>

namespace callarchive {
namespace {

constexpr std::uint64_t answer_bytes_max = 32ULL << 20;

}  // namespace

/// Who has not asked anything yet comes first, so that what follows a window is known when the
/// window ends; then the oldest; a sweep, which takes as long as it takes, last.
std::optional<Collector::NextPage> Collector::next_page() {
    const auto rank = [](const Reading& reading) {
        if (reading.planned.purpose == Purpose::sweep) return 2;
        return reading.first_wall ? 1 : 0;
    };
    for (int now = 0; now <= 2; ++now) {
        for (auto reading = readings_.begin(); reading != readings_.end(); ++reading) {
            if (rank(*reading) != now) continue;
            if (const auto page = reading->scan.next_page()) return NextPage{reading, *page};
        }
    }
    return std::nullopt;
}

void Collector::send() {
    wakes_at_ = Monotonic::max();
    for (;;) {
        const auto under_way = std::accumulate(
            readings_.begin(), readings_.end(), std::size_t{0},
            [](std::size_t sum, const Reading& each) { return sum + each.pages_in_flight.size(); });
        if (under_way >= static_cast<std::size_t>(settings_.requests.concurrency)) return;
        const Monotonic now = world_.clock.monotonic();
        const Monotonic allowed = rate_limit_->next(now);
        if (allowed > now) {
            wakes_at_ = allowed;
            return;
        }
        const auto next = next_page();
        if (!next) return;
        ask(*next);
        // Only a credential that cannot be had ends it here.
        if (now < paused_until_ || world_.storage_failure) return;
    }
}

void Collector::ask(const NextPage& next) {
    Reading& reading = *next.reading;
    auto user_sig = credential_.user_sig(trusted_now());
    if (!user_sig.ok()) return source_failed(next.reading, user_sig.error());
    const RecordQuery query{.start_timestamp = reading.planned.window.from - Seconds{1},
                            .end_timestamp = reading.asked_until,
                            .page = next.page,
                            .page_size = settings_.requests.page_size};
    HttpRequest request = make_request(settings_.endpoint, *user_sig, query,
                                       static_cast<std::uint32_t>(world_.random()));
    request.timeout = settings_.requests.timeout;
    request.answer_bytes_max = answer_bytes_max;
    const Monotonic now = world_.clock.monotonic();
    if (!reading.first_wall) {
        reading.first_wall = world_.clock.wall();
        reading.first_sent = now;
    }
    const HttpTicket ticket = world_.next_ticket++;
    reading.pages_in_flight.emplace(ticket, next.page);
    rate_limit_->take(ticket, now);
    world_.http.start(ticket, std::move(request));
}

bool Collector::receive(HttpCompletion& completion) {
    for (auto reading = readings_.begin(); reading != readings_.end(); ++reading) {
        const auto flight = reading->pages_in_flight.find(completion.ticket);
        if (flight == reading->pages_in_flight.end()) continue;
        const int page = flight->second;
        reading->pages_in_flight.erase(flight);
        rate_limit_->completed(completion);
        wakes_at_ = Monotonic::min();
        take(reading, page, completion);
        return true;
    }
    return false;
}

}  // namespace callarchive
