#pragma once

#include "api/dialect.h"
#include "base/result.h"
#include "port/http.h"

#include <cstdint>
#include <string_view>

namespace callarchive {

/// What the API said of a request in its envelope.
struct Verdict {
    std::int64_t code{};
    std::string_view words;       ///< the vendor's message
    std::string_view request_id;  ///< for the vendor's support
};

/// The errors of an answer. Whatever part of it they quote is bounded and safe to log.
[[nodiscard]] Error error_of(const HttpFailure& failure);
[[nodiscard]] Error error_of_status(const HttpAnswer& answer);
[[nodiscard]] Error error_of_code(Dialect dialect, const Verdict& verdict);

/// The body is not what the protocol says; `problem` says how, in words.
[[nodiscard]] Error malformed_answer(std::string_view problem, std::string_view body);

}  // namespace callarchive
