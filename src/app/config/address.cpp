#include "app/config/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace callarchive {
namespace {

constexpr int port_max = 65'535;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
    });
}

bool is_ipv6(const std::string& text) {
    in6_addr address{};
    return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

std::optional<int> parse_port(std::string_view text) {
    int port = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || rest != end || port < 0 || port > port_max) return std::nullopt;
    return port;
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text) {
    HostPort parsed;
    std::string_view rest;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        parsed.host = text.substr(1, end - 1);
        if (!is_ipv6(parsed.host)) return std::nullopt;
        rest = text.substr(end + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        parsed.host = text.substr(0, colon);
        if (!is_name(parsed.host)) return std::nullopt;
        rest = text.substr(colon);
    }
    if (rest.empty()) return parsed;
    if (!rest.starts_with(':')) return std::nullopt;
    parsed.port = parse_port(rest.substr(1));
    if (!parsed.port) return std::nullopt;
    return parsed;
}

bool is_http_address(std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; }))
            return false;
        std::string_view host = text.substr(0, text.find_first_of("/?#"));
        host.remove_prefix(host.rfind('@') + 1);  // a name and a password; npos + 1 is 0
        return parse_host_port(host).has_value();
    }
    return false;
}

bool is_loopback(const std::string& host) {
    if (host == "localhost") return true;
    in_addr four{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace callarchive
