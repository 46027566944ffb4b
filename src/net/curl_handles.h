#pragma once

#include <curl/curl.h>

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
        release(handle);
    }
};

using CurlEasy = std::unique_ptr<CURL, CurlDeleter<curl_easy_cleanup>>;
using CurlMulti = std::unique_ptr<CURLM, CurlDeleter<curl_multi_cleanup>>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter<curl_slist_free_all>>;
using CurlUrl = std::unique_ptr<CURLU, CurlDeleter<curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, CurlDeleter<curl_free>>;

[[nodiscard]] CurlEasy make_easy();
[[nodiscard]] CurlMulti make_multi();
/// The headers of every request.
[[nodiscard]] CurlList make_headers();

}  // namespace callarchive
