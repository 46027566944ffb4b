#pragma once

#include <optional>
#include <string_view>

namespace callarchive {

/// The two shapes of the vendor's API: v1 holds calls placed with call() and groupCall(), v4 those
/// placed with calls(). The same error code can mean different things in each.
enum class Dialect { v1, v4 };

[[nodiscard]] constexpr std::string_view name_of(Dialect dialect) {
    return dialect == Dialect::v1 ? "v1" : "v4";
}
[[nodiscard]] constexpr std::optional<Dialect> dialect_from(std::string_view name) {
    if (name == "v1") return Dialect::v1;
    if (name == "v4") return Dialect::v4;
    return std::nullopt;
}

}  // namespace callarchive
