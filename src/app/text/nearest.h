#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// The candidate that `given` was probably meant to be: at most a third of its letters differ.
[[nodiscard]] std::optional<std::string> nearest(std::string_view given,
                                                 const std::vector<std::string>& candidates);

/// `; did you mean 'x'?` or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view given,
                                       const std::vector<std::string>& candidates);

}  // namespace callarchive
