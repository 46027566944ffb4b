#pragma once

#include "api/dialect.h"
#include "base/secret.h"
#include "base/time.h"
#include "port/http.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// The regions a dialect knows, first the default: v1 china, international; v4 china, singapore, …
[[nodiscard]] std::vector<std::string_view> regions_of(Dialect dialect);

/// `https://DOMAIN` of a region; nothing where the dialect has no such region.
[[nodiscard]] std::optional<std::string> endpoint_of(Dialect dialect, std::string_view region);

/// Where an application's records are asked for, and as whom.
struct Endpoint {
    Dialect dialect = Dialect::v1;
    std::string base;  ///< `https://host[:port]`, without a final slash
    std::int64_t sdk_app_id{};
    std::string identifier;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// One page of the records between two instants, as the API's own fields say it (both bounds are
/// sent; whether they are inclusive is not documented).
struct RecordQuery {
    Moment start_timestamp;
    Moment end_timestamp;
    int page = 1;  ///< from 1
    int page_size = 100;
};

/// The request as it goes out; `random` is the 32-bit number the API wants in the address.
/// Timeout and answer_bytes_max are left for the caller to set.
[[nodiscard]] HttpRequest make_request(const Endpoint& endpoint, const Secret& user_sig,
                                       const RecordQuery& query, std::uint32_t random);

}  // namespace callarchive
