#pragma once

#include "port/http.h"

#include <cstdint>
#include <string>
#include <vector>

namespace callarchive::testing {

/// The smallest API that tells the truth: a list of calls, one dialect (v1), the three readings of
/// the filter. For tests of the engine that want to choose every call themselves.
class TinyApi {
  public:
    struct Call {
        std::string id;
        std::int64_t start;
        std::int64_t end;
        std::int64_t visible_from;
    };
    enum class Filter { start, end, start_and_end };

    std::vector<Call> calls;
    Filter filter = Filter::start;
    bool newest_first = false;  ///< else in the order of `calls`
    bool totals = true;         ///< else no answer says how many records there are
    std::int64_t retention = 604'800;

    /// Answers a request that arrives at `now` (unix seconds of true time).
    [[nodiscard]] HttpAnswer answer(const HttpRequest& request, std::int64_t now) const;
};

}  // namespace callarchive::testing
