#pragma once

#include "base/secret.h"
#include "net/curl_handles.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace callarchive {

/// What libcurl has read of an address.
struct ParsedAddress {
    CurlUrl url;       ///< null where it cannot be read
    std::string host;  ///< `host:port`; empty where there is none
};

/// An address as libcurl is told it.
struct ToldAddress {
    std::shared_ptr<const ParsedAddress> front;  ///< never null; libcurl looks at it meanwhile
    Secret target;  ///< path and query; empty where they are in the front
};

/// Whether one of the variables that libcurl looks at for http:// names a proxy (CURLOPT_PROXY(3)).
[[nodiscard]] bool environment_names_proxy();

/// How addresses are told to libcurl. It prints each of them three times for a request, character
/// by character (lib/mprintf.c), and what is behind the host is long: where it may, that is told in
/// a part of its own, which is sent as it stands (CURLOPT_REQUEST_TARGET), and the front is read
/// once for all that have it.
class Addresses {
  public:
    /// proxy_possible: what is asked for at an http:// address may be asked of a proxy.
    explicit Addresses(bool proxy_possible) : proxy_possible_(proxy_possible) {}

    /// The address in two parts, where that asks for exactly the same. Not where a proxy may have
    /// to be told the whole address (RFC 9112, 3.2.2), for it would be sent the second part alone:
    /// that is so for http:// with a proxy. For https:// a proxy is a tunnel (lib/url.c), and the
    /// server behind it is told path and query as without one.
    [[nodiscard]] ToldAddress told(const Secret& url);

  private:
    bool proxy_possible_;
    std::map<std::string, std::shared_ptr<const ParsedAddress>, std::less<>> fronts_;
};

}  // namespace callarchive
