#pragma once

#include <string>
#include <string_view>

namespace callarchive::simulator {

/// `bytes` as one gzip stream, compressed quickly rather than well.
[[nodiscard]] std::string gzip(std::string_view bytes);

/// A gzip stream of about 4 MiB that inflates to 4 GiB of spaces.
[[nodiscard]] const std::string& gzip_bomb();

}  // namespace callarchive::simulator
