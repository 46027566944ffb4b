#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// What stands for a user id from now on; nothing where the id stays as it is.
using Replacement = std::function<std::optional<std::string>(std::string_view user_id)>;

/// A text that was told as a user id, replaced; nothing where it stays. A text that is itself JSON
/// (of a callee that was told as an object) is looked through.
[[nodiscard]] std::optional<std::string> replaced_id(std::string_view text,
                                                     const Replacement& replacement);

/// JSON with every text, key, number and other token that reads exactly as an id replaced; nothing
/// where no such stands in it. The values of fields that are known to be something else (the start,
/// the room) stay. All else stays byte for byte. What is no valid JSON is looked through as far as
/// its tokens can be told apart.
[[nodiscard]] std::optional<std::string> replaced_in_json(std::string_view json,
                                                          const Replacement& replacement);

/// The texts of a JSON array of strings, as column `callees` holds it.
[[nodiscard]] std::vector<std::string> texts_of_json_array(std::string_view json);

}  // namespace callarchive
