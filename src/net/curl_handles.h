#pragma once

#include "net/curl_functions.h"

#include <memory>

namespace callarchive {

/// libcurl's process-wide state; libcurl counts how often it was begun.
class CurlLibrary {
  public:
    CurlLibrary();
    CurlLibrary(const CurlLibrary&) = delete;
    CurlLibrary& operator=(const CurlLibrary&) = delete;
    ~CurlLibrary();
};

// CURL and CURLM are both void to the compiler: the deleter tells them apart.
template <auto release>
struct CurlDeleter {
    template <typename T>
    void operator()(T* handle) const noexcept {
        (curl().*release)(handle);
    }
};

using CurlEasy = std::unique_ptr<CURL, CurlDeleter<&CurlFunctions::easy_cleanup>>;
using CurlMulti = std::unique_ptr<CURLM, CurlDeleter<&CurlFunctions::multi_cleanup>>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter<&CurlFunctions::slist_free_all>>;
using CurlUrl = std::unique_ptr<CURLU, CurlDeleter<&CurlFunctions::url_cleanup>>;
using CurlText = std::unique_ptr<char, CurlDeleter<&CurlFunctions::free>>;

[[nodiscard]] CurlEasy make_easy();
[[nodiscard]] CurlMulti make_multi();
/// The headers of every request.
[[nodiscard]] CurlList make_headers();

}  // namespace callarchive
