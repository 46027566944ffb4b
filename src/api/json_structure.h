#pragma once

#include <string_view>

namespace callarchive {

/// Whether the brackets, commas, colons and keys of an object or array are those of JSON (RFC
/// 8259), and nothing stands behind it. What its scalars are is not looked at. Any depth; one bit a
/// level.
[[nodiscard]] bool has_json_structure(std::string_view text);

}  // namespace callarchive
