#pragma once

#include "base/time.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callarchive::simulator {

/// A request as it came in. `query` is the text after the question mark.
struct Request {
    std::string method = "POST";
    std::string path;
    std::string query;
    std::string body;
};

/// What happens to an answer on its way.
enum class Transport {
    normal,
    refuse,    ///< the connection is reset; the service never saw the request
    reset,     ///< the connection is reset after `bytes` of the answer
    truncate,  ///< the connection is closed in order after `bytes` of the answer
    stall,     ///< `bytes` of the answer are sent and then nothing more
    trickle,   ///< the answer is sent slowly, a few bytes at a time
    endless,   ///< the body is sent again and again, without an announced length
};

struct Response {
    int status = 200;
    /// Content-Length is added by who sends it.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    Transport transport = Transport::normal;
    std::size_t bytes = 0;  ///< of head and body together
    /// How long the service takes for it.
    Milliseconds delay{0};
    /// The faults that were applied, by name; for counting and for a test's oracle.
    std::vector<std::string_view> faults;
};

}  // namespace callarchive::simulator
