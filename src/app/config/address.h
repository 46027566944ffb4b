#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callarchive {

/// `HOST`, `HOST:PORT` or `[IPv6]:PORT` taken apart.
struct HostPort {
    std::string host;           ///< without brackets; never empty
    std::optional<int> port{};  ///< 0–65535
};

/// Nothing where the text is no host with or without a port: other characters, an empty host, a
/// port that is no number or too large.
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text);

/// Whether a text is `http://` or `https://` with a host, and nothing in it that no address may
/// hold.
[[nodiscard]] bool is_http_address(std::string_view text);

/// Whether a host can only be this machine: `localhost`, 127.0.0.0/8 or ::1, written as an address
/// and nothing that resolves (`127.example.com` is a name).
[[nodiscard]] bool is_loopback(const std::string& host);

}  // namespace callarchive
