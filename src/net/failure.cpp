#include "net/failure.h"

#include "net/curl_handles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace callarchive {
namespace {

struct CodeKind {
    CURLcode code;
    HttpFailureKind kind;
};

// libcurl has a hundred codes and gains some with each release: all others are broken exchanges.
constexpr std::array code_kinds{
    CodeKind{CURLE_COULDNT_RESOLVE_HOST, HttpFailureKind::name_resolution},
    CodeKind{CURLE_COULDNT_RESOLVE_PROXY, HttpFailureKind::name_resolution},
    CodeKind{CURLE_COULDNT_CONNECT, HttpFailureKind::connect},
    CodeKind{CURLE_PROXY, HttpFailureKind::connect},
    CodeKind{CURLE_OPERATION_TIMEDOUT, HttpFailureKind::timeout},
    CodeKind{CURLE_SSL_CONNECT_ERROR, HttpFailureKind::tls},
    CodeKind{CURLE_SSL_CERTPROBLEM, HttpFailureKind::tls},
    CodeKind{CURLE_SSL_CIPHER, HttpFailureKind::tls},
    CodeKind{CURLE_PEER_FAILED_VERIFICATION, HttpFailureKind::tls},
    CodeKind{CURLE_SSL_CACERT_BADFILE, HttpFailureKind::tls},
    CodeKind{CURLE_SSL_ISSUER_ERROR, HttpFailureKind::tls},
    CodeKind{CURLE_SSL_CRL_BADFILE, HttpFailureKind::tls},
    CodeKind{CURLE_SSL_INVALIDCERTSTATUS, HttpFailureKind::tls},
    CodeKind{CURLE_SSL_ENGINE_INITFAILED, HttpFailureKind::tls},
    CodeKind{CURLE_USE_SSL_FAILED, HttpFailureKind::tls},
    CodeKind{CURLE_FILESIZE_EXCEEDED, HttpFailureKind::too_large},
};

HttpFailureKind kind_of(CURLcode code) {
    const auto found = std::find_if(code_kinds.begin(), code_kinds.end(),
                                    [&](const CodeKind& each) { return each.code == code; });
    return found == code_kinds.end() ? HttpFailureKind::broken : found->kind;
}

/// libcurl's details name hosts, addresses and files. An address with its path, its query or a
/// proxy's password in it holds one of these marks; such a text is not worth its risk.
bool may_hold_secret(std::string_view detail) {
    return detail.find_first_of("?@") != std::string_view::npos ||
           detail.find("://") != std::string_view::npos ||
           detail.find("usersig") != std::string_view::npos;
}

CurlText part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl().url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return nullptr;
    return CurlText{text};
}

}  // namespace

CurlUrl parsed(const Secret& url) {
    CurlUrl parsed{curl().url()};
    if (parsed &&
        curl().url_set(parsed.get(), CURLUPART_URL, url.reveal().c_str(), 0) != CURLUE_OK) {
        return nullptr;
    }
    return parsed;
}

std::string host_of(const CurlUrl& url) {
    if (url == nullptr) return {};
    const CurlText host = part_of(url.get(), CURLUPART_HOST);
    const CurlText port = part_of(url.get(), CURLUPART_PORT);
    if (!host || !port) return {};
    return fmt::format("{}:{}", host.get(), port.get());
}

HttpFailure failure_of(CURLcode code, std::string_view host, std::string_view detail) {
    std::string message =
        fmt::format("request to {}: {}", host.empty() ? "an unreadable address" : host,
                    curl().easy_strerror(code));
    if (!detail.empty() && !may_hold_secret(detail)) message += fmt::format(" ({})", detail);
    return {kind_of(code), std::move(message)};
}

}  // namespace callarchive
