#include "simulator/fault_table.h"
#include "simulator/gzip.h"

#include <array>

namespace callarchive::simulator {
namespace {

void be_status(Response& response, int status, std::string_view type, std::string body) {
    response.status = status;
    response.body = std::move(body);
    for (auto& [name, value] : response.headers) {
        if (name == "Content-Type") value = type;
    }
}

void be_gateway_page(Response& response, int status, std::string_view title) {
    std::string page = "<html>\r\n<head><title>";
    page += title;
    page += "</title></head>\r\n<body>\r\n<center><h1>";
    page += title;
    page += "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    be_status(response, status, "text/html", std::move(page));
}

/// A place inside the body; the body is never empty where the service answers.
std::size_t somewhere(const Response& response, Draw& draw) {
    return static_cast<std::size_t>(draw.below(response.body.size()));
}

/// A place inside a text of the body, so that JSON's own punctuation stays whole.
std::size_t inside_a_text(const Response& response, Draw& draw) {
    const std::size_t begin = response.body.find(":\"", somewhere(response, draw));
    const std::size_t found = begin == std::string::npos ? response.body.find(":\"") : begin;
    return found == std::string::npos ? 0 : found + 2;
}

void cut(Response& response, Draw& draw, Transport transport) {
    response.transport = transport;
    // Past the head, which is at least this long, and short of the end.
    response.bytes = 160 + static_cast<std::size_t>(draw.below(response.body.size()));
}

constexpr std::array faults{
    FaultInfo{.name = "refuse",
              .does = "the connection is reset before the request is looked at",
              .answer = [](Response& r, Draw&) { r.transport = Transport::refuse; }},
    FaultInfo{.name = "reset",
              .does = "the connection is reset in the middle of the answer",
              .answer = [](Response& r, Draw& d) { cut(r, d, Transport::reset); }},
    FaultInfo{.name = "truncate",
              .does = "the connection is closed before the announced length was sent",
              .answer = [](Response& r, Draw& d) { cut(r, d, Transport::truncate); }},
    FaultInfo{.name = "stall",
              .does = "no byte of an answer ever comes",
              .answer = [](Response& r, Draw&) { r.transport = Transport::stall; }},
    FaultInfo{.name = "stall-inside",
              .does = "the answer stops in the middle and the connection stays open",
              .answer = [](Response& r, Draw& d) { cut(r, d, Transport::stall); }},
    FaultInfo{.name = "trickle",
              .does = "the answer comes a few bytes at a time",
              .answer = [](Response& r, Draw&) { r.transport = Transport::trickle; }},
    FaultInfo{.name = "endless",
              .does = "a body without end",
              .answer = [](Response& r, Draw&) { r.transport = Transport::endless; }},
    FaultInfo{
        .name = "http-500",
        .does = "HTTP 500",
        .answer = [](Response& r, Draw&) { be_gateway_page(r, 500, "500 Internal Server Error"); }},
    FaultInfo{.name = "http-502",
              .does = "HTTP 502",
              .answer = [](Response& r, Draw&) { be_gateway_page(r, 502, "502 Bad Gateway"); }},
    FaultInfo{.name = "http-503",
              .does = "HTTP 503 with Retry-After",
              .answer =
                  [](Response& r, Draw&) {
                      be_gateway_page(r, 503, "503 Service Temporarily Unavailable");
                      r.headers.emplace_back("Retry-After", "1");
                  }},
    FaultInfo{
        .name = "http-504",
        .does = "HTTP 504",
        .answer = [](Response& r, Draw&) { be_gateway_page(r, 504, "504 Gateway Time-out"); }},
    FaultInfo{.name = "http-429",
              .does = "HTTP 429 with Retry-After",
              .answer =
                  [](Response& r, Draw&) {
                      be_gateway_page(r, 429, "429 Too Many Requests");
                      r.headers.emplace_back("Retry-After", "1");
                  }},
    FaultInfo{.name = "http-403",
              .does = "HTTP 403",
              .answer = [](Response& r, Draw&) { be_gateway_page(r, 403, "403 Forbidden"); }},
    FaultInfo{.name = "http-413",
              .does = "HTTP 413",
              .answer = [](Response& r,
                           Draw&) { be_gateway_page(r, 413, "413 Request Entity Too Large"); }},
    FaultInfo{.name = "http-301",
              .does = "a redirect to another place",
              .answer =
                  [](Response& r, Draw&) {
                      be_gateway_page(r, 301, "301 Moved Permanently");
                      r.headers.emplace_back("Location", "http://127.0.0.1:9/elsewhere");
                  }},
    FaultInfo{.name = "http-204",
              .does = "HTTP 204 without a body",
              .answer = [](Response& r, Draw&) { be_status(r, 204, "text/plain", {}); }},
    FaultInfo{.name = "html",
              .does = "HTTP 200 with a web page, as a captive portal sends",
              .answer = [](Response& r, Draw&) { be_gateway_page(r, 200, "Please log in"); }},
    FaultInfo{.name = "empty-body",
              .does = "HTTP 200 without a body",
              .answer = [](Response& r, Draw&) { r.body.clear(); }},
    FaultInfo{
        .name = "huge-body",
        .does = "64 MiB of valid JSON",
        .answer = [](Response& r,
                     Draw&) { r.body.insert(r.body.size() - 1, std::size_t{64} << 20U, ' '); }},
    FaultInfo{.name = "gzip-bomb",
              .does = "a few MiB that inflate to 4 GiB, whether gzip was accepted or not",
              .answer =
                  [](Response& r, Draw&) {
                      r.body = gzip_bomb();
                      r.headers.emplace_back("Content-Encoding", "gzip");
                  }},
    FaultInfo{
        .name = "gzip-damaged",
        .does = "a body that claims to be gzip and is not",
        .answer = [](Response& r, Draw&) { r.headers.emplace_back("Content-Encoding", "gzip"); }},
    FaultInfo{.name = "cut-json",
              .does = "the body ends early, with a correct Content-Length",
              .answer = [](Response& r, Draw& d) { r.body.resize(somewhere(r, d)); }},
    FaultInfo{.name = "invalid-json",
              .does = "one character of the body's punctuation is wrong",
              .answer =
                  [](Response& r, Draw& d) {
                      const std::size_t at = r.body.find_first_of("{}[]:", somewhere(r, d));
                      r.body[at == std::string::npos ? r.body.size() - 1 : at] = '?';
                  }},
    FaultInfo{
        .name = "invalid-utf8",
        .does = "a text holds bytes that are no UTF-8",
        .answer = [](Response& r, Draw& d) { r.body.insert(inside_a_text(r, d), "\xc3\x28\xff"); }},
    FaultInfo{.name = "nul-byte",
              .does = "a text holds a raw NUL byte",
              .answer = [](Response& r, Draw& d) { r.body.insert(inside_a_text(r, d), 1, '\0'); }},
    FaultInfo{.name = "bom",
              .does = "a byte order mark before the JSON",
              .answer = [](Response& r, Draw&) { r.body.insert(0, "\xef\xbb\xbf"); }},
    FaultInfo{.name = "two-documents",
              .does = "the whole answer twice in one body",
              .answer = [](Response& r, Draw&) { r.body += std::string{r.body}; }},
    FaultInfo{.name = "trailing-garbage",
              .does = "a few characters after the JSON",
              .answer = [](Response& r, Draw&) { r.body += "\n<!-- 0.012s -->"; }},
    FaultInfo{.name = "deep-nesting",
              .does = "a body of 100,000 opening brackets",
              .answer = [](Response& r, Draw&) { r.body.assign(100'000, '['); }},
    FaultInfo{.name = "not-an-object",
              .does = "valid JSON that is no object",
              .answer =
                  [](Response& r, Draw& d) {
                      constexpr std::array<std::string_view, 4> bodies{"null", "[]", "\"ok\"", "0"};
                      r.body = bodies[d.below(bodies.size())];
                  }},
    FaultInfo{.name = "wrong-date",
              .does = "the Date header is no date, or that of 1970",
              .answer =
                  [](Response& r, Draw& d) {
                      for (auto& [name, value] : r.headers) {
                          if (name == "Date")
                              value = d.chance(0.5) ? "yesterday" : "Thu, 01 Jan 1970 00:00:00 GMT";
                      }
                  }},
    FaultInfo{.name = "slow",
              .does = "the answer takes two seconds",
              .answer = [](Response& r, Draw&) { r.delay += Seconds{2}; }},
};

}  // namespace

std::span<const FaultInfo> answer_faults() {
    return faults;
}

}  // namespace callarchive::simulator
