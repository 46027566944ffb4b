#include "api/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace callarchive {
namespace {

struct Region {
    Dialect dialect;
    std::string_view name;
    std::string_view domain;
};

constexpr std::array regions{
    Region{Dialect::v1, "china", "callkit.trtc.tencent-cloud.com"},
    Region{Dialect::v1, "international", "callkit-intl.trtc.tencent-cloud.com"},
    Region{Dialect::v4, "china", "console.tim.qq.com"},
    Region{Dialect::v4, "singapore", "adminapisgp.im.qcloud.com"},
    Region{Dialect::v4, "seoul", "adminapikr.im.qcloud.com"},
    Region{Dialect::v4, "frankfurt", "adminapiger.im.qcloud.com"},
    Region{Dialect::v4, "silicon-valley", "adminapiusa.im.qcloud.com"},
    Region{Dialect::v4, "jakarta", "adminapiidn.im.qcloud.com"},
};

std::string_view path_of(Dialect dialect) {
    switch (dialect) {
        case Dialect::v1:
            return "/v1/records/get_records_by_filter";
        case Dialect::v4:
            return "/v4/call_record_http_srv/get_record_by_filter";
    }
    return {};
}

/// RFC 3986, 2.3; the `*` of a UserSig is allowed in a query as it is.
constexpr auto unreserved = [] {
    std::array<bool, 256> marks{};
    for (const char c : {'-', '_', '.', '~', '*'})
        marks[static_cast<unsigned char>(c)] = true;
    for (unsigned char c = '0'; c <= '9'; ++c)
        marks[c] = true;
    for (unsigned char c = 'A'; c <= 'Z'; ++c)
        marks[c] = marks[c + ('a' - 'A')] = true;
    return marks;
}();

bool stands_for_itself(char c) {
    return unreserved[static_cast<unsigned char>(c)];
}

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), stands_for_itself) - text.begin());
        out += text.substr(0, plain);
        if (plain == text.size()) return;
        const auto byte = static_cast<unsigned char>(text[plain]);
        out += '%';
        out += hex[byte >> 4U];
        out += hex[byte & 0xFU];
        text.remove_prefix(plain + 1);
    }
}

Secret make_url(const Endpoint& endpoint, const Secret& user_sig, std::uint32_t random) {
    constexpr std::size_t fixed_parts = 200;
    std::string url;
    // Room for all of it at once: growing would leave copies of the UserSig in freed memory.
    url.reserve(endpoint.base.size() + 3 * (endpoint.identifier.size() + user_sig.reveal().size()) +
                fixed_parts);
    url += endpoint.base;
    while (!url.empty() && url.back() == '/')
        url.pop_back();
    url += path_of(endpoint.dialect);
    url += fmt::format("?sdkappid={}&identifier=", endpoint.sdk_app_id);
    append_encoded(url, endpoint.identifier);
    url += "&usersig=";
    append_encoded(url, user_sig.reveal());
    url += fmt::format("&random={}&contenttype=json", random);
    return Secret{std::move(url)};
}

std::string make_body(Dialect dialect, const RecordQuery& query) {
    const auto from = unix_seconds(query.start_timestamp);
    const auto to = unix_seconds(query.end_timestamp);
    switch (dialect) {
        case Dialect::v1:
            return fmt::format(
                R"({{"startTimestamp":{},"endTimestamp":{},"numberPerPage":{},"page":{}}})", from,
                to, query.page_size, query.page);
        case Dialect::v4:
            return fmt::format(R"({{"StartTime":{},"EndTime":{},"NumberPerPage":{},"Page":{}}})",
                               from, to, query.page_size, query.page);
    }
    return "{}";
}

}  // namespace

std::vector<std::string_view> regions_of(Dialect dialect) {
    std::vector<std::string_view> names;
    for (const Region& region : regions) {
        if (region.dialect == dialect) names.push_back(region.name);
    }
    return names;
}

std::optional<std::string> endpoint_of(Dialect dialect, std::string_view region) {
    for (const Region& each : regions) {
        if (each.dialect == dialect && each.name == region) {
            return fmt::format("https://{}", each.domain);
        }
    }
    return std::nullopt;
}

HttpRequest make_request(const Endpoint& endpoint, const Secret& user_sig, const RecordQuery& query,
                         std::uint32_t random) {
    return {.url = make_url(endpoint, user_sig, random),
            .body = make_body(endpoint.dialect, query),
            .timeout = {},
            .answer_bytes_max = {}};
}

}  // namespace callarchive
