#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive::simulator {

/// `a=1&b=%20` taken apart and decoded; of a name that comes twice the first counts.
[[nodiscard]] std::map<std::string, std::string, std::less<>> parse_query(std::string_view query);

/// Decimal digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> to_uint64(std::string_view text);

}  // namespace callarchive::simulator
