#include "sim/api_link.h"

#include <ctime>
#include <optional>
#include <utility>

namespace callarchive::testing {
namespace {

const std::string* header(const simulator::Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) return &value;
    }
    return nullptr;
}

std::optional<Moment> date_in(const simulator::Response& response) {
    const std::string* text = header(response, "Date");
    std::tm parts{};
    if (text == nullptr ||
        strptime(text->c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) {
        return std::nullopt;
    }
    return moment_from_unix(timegm(&parts));
}

VirtualNetwork::Outcome outcome_of(simulator::Response& response, const HttpRequest& request) {
    switch (response.transport) {
        case simulator::Transport::refuse:
            return HttpFailure{HttpFailureKind::connect, "connection refused"};
        case simulator::Transport::reset:
        case simulator::Transport::truncate:
            return HttpFailure{HttpFailureKind::broken, "connection reset"};
        case simulator::Transport::stall:
        case simulator::Transport::trickle:
            return HttpFailure{HttpFailureKind::timeout, "timed out"};
        case simulator::Transport::endless:
            return HttpFailure{HttpFailureKind::too_large, "more than allowed"};
        case simulator::Transport::normal:
            break;
    }
    // Only answers that are not what they claim to be are compressed here.
    if (header(response, "Content-Encoding") != nullptr) {
        return HttpFailure{HttpFailureKind::broken, "content could not be decoded"};
    }
    if (response.body.size() > request.answer_bytes_max) {
        return HttpFailure{HttpFailureKind::too_large, "more than allowed"};
    }
    const std::string* type = header(response, "Content-Type");
    return HttpAnswer{.status = response.status,
                      .date = date_in(response),
                      .content_type = type == nullptr ? std::string{} : *type,
                      .body = std::move(response.body)};
}

}  // namespace

VirtualNetwork::Reply ApiLink::exchange(const HttpRequest& request, Instant at) {
    const std::string& url = request.url.reveal();
    const std::size_t host = url.find("://") + 3;
    const std::size_t path = url.find('/', host);
    const std::size_t query = url.find('?', path);
    simulator::Request asked{.method = "POST",
                             .path = url.substr(path, query - path),
                             .query = query == std::string::npos ? "" : url.substr(query + 1),
                             .body = request.body};
    simulator::Response response = service_.handle(asked, at);
    for (const std::string_view fault : response.faults)
        ++faults_[std::string{fault}];
    VirtualNetwork::Reply reply;
    reply.delay = response.delay;
    reply.outcome = outcome_of(response, request);
    if (const auto* answer = std::get_if<HttpAnswer>(&reply.outcome)) served_.note(answer->body);
    return reply;
}

}  // namespace callarchive::testing
