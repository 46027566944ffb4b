#include "net/curl_functions.h"

#include "base/shared_library.h"

namespace callarchive {
namespace {

// Of Debian's libcurl4; its number changes with the ABI only.
constexpr const char* library_name = "libcurl.so.4";

CurlFunctions found() {
    const SharedLibrary library{library_name};
    CurlFunctions all{};
    library.find(all.global_init, "curl_global_init");
    library.find(all.global_cleanup, "curl_global_cleanup");
    library.find(all.getdate, "curl_getdate");
    library.find(all.free, "curl_free");
    library.find(all.slist_append, "curl_slist_append");
    library.find(all.slist_free_all, "curl_slist_free_all");
    library.find(all.url, "curl_url");
    library.find(all.url_cleanup, "curl_url_cleanup");
    library.find(all.url_get, "curl_url_get");
    library.find(all.url_set, "curl_url_set");
    library.find(all.easy_init, "curl_easy_init");
    library.find(all.easy_cleanup, "curl_easy_cleanup");
    library.find(all.easy_setopt, "curl_easy_setopt");
    library.find(all.easy_getinfo, "curl_easy_getinfo");
    library.find(all.easy_strerror, "curl_easy_strerror");
    library.find(all.multi_init, "curl_multi_init");
    library.find(all.multi_cleanup, "curl_multi_cleanup");
    library.find(all.multi_setopt, "curl_multi_setopt");
    library.find(all.multi_add_handle, "curl_multi_add_handle");
    library.find(all.multi_remove_handle, "curl_multi_remove_handle");
    library.find(all.multi_perform, "curl_multi_perform");
    library.find(all.multi_info_read, "curl_multi_info_read");
    library.find(all.multi_poll, "curl_multi_poll");
    return all;
}

}  // namespace

const CurlFunctions& curl() {
    static const CurlFunctions& functions = sealed(found());
    return functions;
}

}  // namespace callarchive
