#include "simulator/http_text.h"

#include "simulator/query_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace callarchive::simulator {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string to_lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    return line;
}

bool apply_header(HttpRequest& http, const std::string& name, std::string_view value) {
    if (name == "content-length") {
        const auto length = to_uint64(value);
        if (!length) return false;
        http.content_length = *length;
    } else if (name == "transfer-encoding") {
        http.chunked = to_lower(value) == "chunked";
        return http.chunked;
    } else if (name == "connection") {
        const std::string wish = to_lower(value);
        if (wish == "close") http.keep_alive = false;
        if (wish == "keep-alive") http.keep_alive = true;
    } else if (name == "expect") {
        http.expects_continue = to_lower(value) == "100-continue";
    } else if (name == "accept-encoding") {
        http.accepts_gzip = to_lower(value).find("gzip") != std::string::npos;
    }
    return true;
}

std::string_view reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 413:
            return "Request Entity Too Large";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Temporarily Unavailable";
        case 504:
            return "Gateway Time-out";
        default:
            return "Status";  // a client reads the number
    }
}

}  // namespace

std::optional<HttpRequest> parse_head(std::string_view head) {
    HttpRequest http;
    const std::string_view first = take_line(head);
    const std::size_t method_end = first.find(' ');
    const std::size_t target_end = first.rfind(' ');
    if (method_end == std::string_view::npos || target_end <= method_end) return std::nullopt;
    const std::string_view version = first.substr(target_end + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return std::nullopt;
    http.keep_alive = version == "HTTP/1.1";
    http.request.method = first.substr(0, method_end);
    const std::string_view target = first.substr(method_end + 1, target_end - method_end - 1);
    const std::size_t question = std::min(target.find('?'), target.size());
    http.request.path = target.substr(0, question);
    http.request.query = target.substr(std::min(question + 1, target.size()));
    while (!head.empty()) {
        const std::string_view line = take_line(head);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        if (!apply_header(http, to_lower(line.substr(0, colon)), trim(line.substr(colon + 1)))) {
            return std::nullopt;
        }
    }
    return http;
}

std::string write_head(const Response& response, bool keep_alive, bool endless) {
    std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (const auto& [name, value] : response.headers) {
        head += name;
        head += ": ";
        head += value;
        head += "\r\n";
    }
    if (endless) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (response.status != 204) {
        head += fmt::format("Content-Length: {}\r\n", response.body.size());
    }
    head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

}  // namespace callarchive::simulator
