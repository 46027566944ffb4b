#include "net/addresses.h"

#include "net/failure.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace callarchive {
namespace {

// More than a configuration has, unless somebody tries.
constexpr std::size_t fronts_max = 64;

std::shared_ptr<const ParsedAddress> read_address(const Secret& url) {
    auto address = std::make_shared<ParsedAddress>();
    address->url = parsed(url);
    address->host = host_of(address->url);
    return address;
}

/// Where the path begins in an address of which it is known how it is sent; npos in all others.
std::size_t path_of(std::string_view url, bool proxy_possible) {
    constexpr std::string_view secure = "https://";
    constexpr std::string_view plain = "http://";
    if (url.starts_with(secure)) return url.find_first_of("/?#", secure.size());
    if (url.starts_with(plain) && !proxy_possible) return url.find_first_of("/?#", plain.size());
    return std::string_view::npos;
}

/// Whether libcurl would send path and query as they are. Of spaces, dots between slashes, what is
/// no ASCII, and fragments, it makes something (lib/urlapi.c).
bool is_sent_unchanged(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    return path.starts_with('/') && path.find("/.") == std::string_view::npos &&
           path.find('%') == std::string_view::npos &&
           std::all_of(target.begin(), target.end(),
                       [](char c) { return c > ' ' && c <= '~' && c != '#'; });
}

}  // namespace

bool environment_names_proxy() {
    // HTTP_PROXY is not looked at for http:// (lib/url.c: a web server's client could set it).
    constexpr std::array variables{"http_proxy", "all_proxy", "ALL_PROXY"};
    return std::any_of(variables.begin(), variables.end(), [](const char* variable) {
        const char* const value = std::getenv(variable);
        return value != nullptr && *value != '\0';
    });
}

ToldAddress Addresses::told(const Secret& url) {
    const std::string_view text = url.reveal();
    const std::size_t path = path_of(text, proxy_possible_);
    if (path == std::string_view::npos || !is_sent_unchanged(text.substr(path)))
        return {.front = read_address(url), .target = {}};
    const std::string_view front = text.substr(0, path);
    auto known = fronts_.find(front);
    if (known == fronts_.end()) {
        if (fronts_.size() >= fronts_max) fronts_.clear();
        known = fronts_.emplace(front, read_address(Secret{std::string{front}})).first;
    }
    return {.front = known->second, .target = Secret{std::string{text.substr(path)}}};
}

}  // namespace callarchive
