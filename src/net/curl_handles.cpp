#include "net/curl_handles.h"

#include "base/check.h"

namespace callarchive {

CurlLibrary::CurlLibrary() {
    CHECK(curl().global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

CurlLibrary::~CurlLibrary() {
    curl().global_cleanup();
}

CurlEasy make_easy() {
    CurlEasy easy{curl().easy_init()};
    CHECK(easy != nullptr);
    return easy;
}

CurlMulti make_multi() {
    CurlMulti multi{curl().multi_init()};
    CHECK(multi != nullptr);
    return multi;
}

CurlList make_headers() {
    CurlList headers;
    // An empty `Expect:` stops curl from waiting for 100 Continue before a larger body.
    for (const char* header :
         {"Content-Type: application/json", "Accept: application/json", "Expect:"}) {
        curl_slist* const longer = curl().slist_append(headers.get(), header);
        CHECK(longer != nullptr);
        static_cast<void>(headers.release());
        headers.reset(longer);
    }
    return headers;
}

}  // namespace callarchive
