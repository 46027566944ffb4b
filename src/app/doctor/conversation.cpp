#include "app/doctor/conversation.h"

#include "api/request.h"

#include <utility>
#include <variant>
#include <vector>

namespace callarchive {
namespace {

constexpr std::uint64_t answer_bytes_max = 32ULL << 20;
// Beyond a request's own time-out nothing comes any more.
constexpr Milliseconds patience{5'000};

Conversation::Reply unanswered(const std::string& why) {
    return {.failure = HttpFailure{HttpFailureKind::broken, why},
            .page = Error{ErrorKind::temporary, why}};
}

}  // namespace

Conversation::Conversation(const SourceSettings& settings, const Clock& clock, Http& http,
                           std::uint32_t random)
    : settings_(settings),
      clock_(clock),
      http_(http),
      credential_(settings.credential, settings.identity.sdk_app_id, settings.endpoint.identifier),
      rate_limit_(settings.requests.rate_limit),
      random_(random) {}

Conversation::Reply Conversation::ask(Moment from, Moment to) {
    const auto user_sig = credential_.user_sig(clock_.wall());
    if (!user_sig.ok()) return {.page = user_sig.error()};
    HttpRequest request = make_request(settings_.endpoint, *user_sig,
                                       {.start_timestamp = from,
                                        .end_timestamp = to,
                                        .page = 1,
                                        .page_size = settings_.requests.page_size},
                                       random_++);
    request.timeout = settings_.requests.timeout;
    request.answer_bytes_max = answer_bytes_max;
    for (Monotonic now = clock_.monotonic(); rate_limit_.next(now) > now; now = clock_.monotonic())
        static_cast<void>(http_.wait(rate_limit_.next(now) - now));
    const Monotonic begin = clock_.monotonic();
    const HttpTicket ticket = next_ticket_++;
    rate_limit_.take(ticket, begin);
    http_.start(ticket, std::move(request));
    const Monotonic end = begin + settings_.requests.timeout + patience;
    while (clock_.monotonic() < end) {
        for (const HttpCompletion& completion : http_.wait(end - clock_.monotonic())) {
            rate_limit_.completed(completion);
            if (completion.ticket != ticket) continue;
            Reply reply{.page = read_answer(settings_.identity.dialect,
                                            settings_.identity.sdk_app_id, completion),
                        .duration = completion.received - completion.sent};
            if (const auto* failure = std::get_if<HttpFailure>(&completion.outcome))
                reply.failure = *failure;
            else
                server_time_.observe(std::get<HttpAnswer>(completion.outcome), completion.received);
            return reply;
        }
    }
    http_.cancel(ticket);
    rate_limit_.given_up(ticket, clock_.monotonic());
    return unanswered("no answer came in time");
}

std::optional<Seconds> Conversation::clock_ahead() const {
    const Monotonic now = clock_.monotonic();
    if (!server_time_.at(now)) return std::nullopt;
    return server_time_.skew(clock_.wall(), now);
}

}  // namespace callarchive
