#pragma once

#include "net/curl_handles.h"
#include "port/http.h"

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace callarchive {

/// The parts of an address; null where it cannot be read.
[[nodiscard]] CurlUrl parsed(const Secret& url);

/// `host:port` of an address, and nothing else of it; empty where it has none.
[[nodiscard]] std::string host_of(const CurlUrl& url);

/// What went wrong, in words: the host, libcurl's name for the failure, and `detail` (its error
/// buffer) where that can hold nothing of the address.
[[nodiscard]] HttpFailure failure_of(CURLcode code, std::string_view host, std::string_view detail);

}  // namespace callarchive
