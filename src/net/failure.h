#pragma once

#include "port/http.h"

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace callarchive {

/// `host:port` of an address, and nothing else of it; empty where it cannot be read.
[[nodiscard]] std::string host_of(const Secret& url);

/// What went wrong, in words: the host, libcurl's name for the failure, and `detail` (its error
/// buffer) where that can hold nothing of the address.
[[nodiscard]] HttpFailure failure_of(CURLcode code, std::string_view host, std::string_view detail);

}  // namespace callarchive
