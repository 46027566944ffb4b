#pragma once

#include "simulator/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace callarchive::simulator {

/// A request with what the connection needs to know about it.
struct HttpRequest {
    Request request;
    std::size_t content_length = 0;
    bool chunked = false;
    bool keep_alive = true;
    bool expects_continue = false;
    bool accepts_gzip = false;
};

/// Reads the head of a request, without the empty line at its end. Nothing where it is no HTTP.
[[nodiscard]] std::optional<HttpRequest> parse_head(std::string_view head);

/// The head of an answer, with the empty line. `endless` leaves the length open.
[[nodiscard]] std::string write_head(const Response& response, bool keep_alive, bool endless);

}  // namespace callarchive::simulator
