#pragma once

#include "base/secret.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace callarchive {

enum class HttpMethod { post, get };

/// One POST with a JSON body, or a GET, whose body is not sent.
struct HttpRequest {
    Secret url;  ///< carries the UserSig in its query string
    std::string body;
    Milliseconds timeout{};            ///< from start to the answer's last byte
    std::uint64_t answer_bytes_max{};  ///< after decompression; more is a failure
    HttpMethod method = HttpMethod::post;
};

struct HttpAnswer {
    int status{};
    std::optional<Moment> date;  ///< the Date header (RFC 9110, 6.6.1), where present and readable
    std::string content_type;
    std::string body;  ///< decompressed
};

enum class HttpFailureKind { name_resolution, connect, tls, timeout, broken, too_large };

struct HttpFailure {
    HttpFailureKind kind;
    std::string message;  ///< never holds the request's address
};

/// Names a request from start() to its completion. Chosen by the caller, unique while under way.
using HttpTicket = std::uint64_t;

struct HttpCompletion {
    HttpTicket ticket{};
    std::variant<HttpAnswer, HttpFailure> outcome;
    Monotonic sent;      ///< just before the request was handed to the network
    Monotonic received;  ///< when its last byte, or the failure, was seen
    /// When the request itself set out, the connection being made; empty where nobody knows.
    std::optional<Monotonic> departed{};
};

/// The network: several requests in flight at once, driven by one thread. It retries nothing.
class Http {
  public:
    virtual ~Http() = default;

    /// Begins a request. Its end, good or bad, comes out of wait() exactly once, unless cancelled.
    virtual void start(HttpTicket ticket, HttpRequest request) = 0;

    /// Forgets a request that is under way; nothing comes of it any more. Unknown tickets are fine.
    virtual void cancel(HttpTicket ticket) = 0;

    /// Waits until something completes, the process is asked to do something (a signal), or
    /// `at_most` has passed; gives back what has completed, possibly nothing.
    virtual std::vector<HttpCompletion> wait(Milliseconds at_most) = 0;
};

}  // namespace callarchive
