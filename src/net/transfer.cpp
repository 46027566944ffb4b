#include "net/transfer.h"

#include "net/curl_http.h"
#include "net/failure.h"
#include "net/http_date.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

constexpr std::size_t header_bytes_max = 64UL * 1024;
// Pages of records are far smaller; whoever announces more has to send it.
constexpr curl_off_t announced_bytes_believed = 1 << 20;
// Who reads JSON puts some bytes behind it, and the body need not be copied for that.
constexpr std::size_t room_behind_body = 64;
constexpr Milliseconds connect_timeout_max{5'000};
// What one look at a connection takes from it: a page of 100 records is twice libcurl's own 16 KiB.
constexpr long received_bytes_max = 48L * 1024;

/// Sets options until one fails; the first failure counts.
class Settings {
  public:
    explicit Settings(CURL* easy) : easy_(easy) {}

    template <typename T>
    Settings& set(CURLoption option, T value) {
        if (code_ == CURLE_OK) code_ = curl().easy_setopt(easy_, option, value);
        return *this;
    }
    [[nodiscard]] CURLcode code() const { return code_; }

  private:
    CURL* easy_;
    CURLcode code_ = CURLE_OK;
};

std::optional<Moment> date_of(std::string_view value) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!value.empty() && is_space(value.front()))
        value.remove_prefix(1);
    while (!value.empty() && is_space(value.back()))
        value.remove_suffix(1);
    if (const auto date = imf_fixdate(value)) return date;
    const time_t seconds = curl().getdate(std::string{value}.c_str(), nullptr);
    if (seconds == -1) return std::nullopt;
    return moment_from_unix(seconds);
}

using Callback = std::size_t (*)(char*, std::size_t, std::size_t, void*);

}  // namespace

Transfer::Transfer() : easy_(make_easy()) {}

CURLcode Transfer::apply_house_defaults(const CurlHttpOptions& options) {
    Settings settings{easy_.get()};
    settings.set(CURLOPT_NOSIGNAL, 1L)
        .set(CURLOPT_PROTOCOLS_STR, "http,https")
        // A redirect would carry the UserSig to wherever it points.
        .set(CURLOPT_FOLLOWLOCATION, 0L)
        .set(CURLOPT_SSL_VERIFYPEER, 1L)
        .set(CURLOPT_SSL_VERIFYHOST, 2L)
        .set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))
        .set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS))
        // No CURLOPT_PIPEWAIT: to a server that does not say what it speaks (no ALPN), each request
        // would wait for the answer to the first one, which may hang.
        .set(CURLOPT_ACCEPT_ENCODING, "")
        .set(CURLOPT_BUFFERSIZE, received_bytes_max)
        .set(CURLOPT_TCP_KEEPALIVE, 1L)
        .set(CURLOPT_DNS_CACHE_TIMEOUT, 60L)
        // Cancelling must not wait for a resolver that hangs (SIGTERM ends the daemon in 10 s).
        .set(CURLOPT_QUICK_EXIT, 1L)
        .set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L)
        .set(CURLOPT_USERAGENT, options.user_agent.c_str())
        .set(CURLOPT_PREREQFUNCTION, &Transfer::on_departure)
        .set(CURLOPT_PREREQDATA, static_cast<void*>(this))
        .set(CURLOPT_WRITEFUNCTION, static_cast<Callback>(&Transfer::on_body))
        .set(CURLOPT_WRITEDATA, static_cast<void*>(this))
        .set(CURLOPT_HEADERFUNCTION, static_cast<Callback>(&Transfer::on_header))
        .set(CURLOPT_HEADERDATA, static_cast<void*>(this))
        .set(CURLOPT_ERRORBUFFER, error_text_.data())
        .set(CURLOPT_PRIVATE, static_cast<void*>(this));
    if (!options.ca_file.empty()) {
        // Only this file counts then, not the system's directory beside it.
        settings.set(CURLOPT_CAINFO, options.ca_file.c_str())
            .set(CURLOPT_CAPATH, static_cast<const char*>(nullptr))
            // Else its content of the first connection is good for a day (libcurl's manual), and
            // certificates that were renewed meanwhile are not.
            .set(CURLOPT_CA_CACHE_TIMEOUT, 0L);
    }
    if (!options.proxy.empty()) settings.set(CURLOPT_PROXY, options.proxy.c_str());
    return settings.code();
}

CURLcode Transfer::prepare(HttpTicket ticket, HttpRequest request, ToldAddress address,
                           const CurlHttpOptions& options, curl_slist* headers,
                           const Clock& clock) {
    ticket_ = ticket;
    request_ = std::move(request);
    clock_ = &clock;
    sent_ = clock.monotonic();
    address_ = std::move(address);
    // libcurl would guess a protocol and name the whole address as a host that it did not find.
    if (address_.front->host.empty()) return CURLE_URL_MALFORMAT;
    if (const CURLcode code = apply_house_defaults(options); code != CURLE_OK) return code;
    // 0 would mean "for ever" to libcurl.
    const auto timeout = std::max<long>(1, static_cast<long>(request_.timeout.count()));
    Settings settings{easy_.get()};
    switch (request_.method) {
        case HttpMethod::post:
            settings.set(CURLOPT_HTTPHEADER, headers)
                .set(CURLOPT_POST, 1L)
                .set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()))
                .set(CURLOPT_POSTFIELDS, request_.body.c_str());
            break;
        case HttpMethod::get:
            settings.set(CURLOPT_HTTPGET, 1L);
            break;
    }
    if (!address_.target.empty())
        settings.set(CURLOPT_REQUEST_TARGET, address_.target.reveal().c_str());
    return settings.set(CURLOPT_CURLU, address_.front->url.get())
        .set(CURLOPT_TIMEOUT_MS, timeout)
        .set(CURLOPT_CONNECTTIMEOUT_MS,
             std::min(timeout, static_cast<long>(connect_timeout_max.count())))
        .code();
}

/// libcurl's own times are counted from when it first looked at the request, which may be long
/// after it was handed over: it does nothing while we do something else.
int Transfer::on_departure(void* self, char*, char*, int, int) {
    auto* const transfer = static_cast<Transfer*>(self);
    transfer->departed_ = transfer->clock_->monotonic();
    return CURL_PREREQFUNC_OK;
}

HttpCompletion Transfer::finish(CURLcode code, Monotonic now) {
    HttpCompletion completion{
        .ticket = ticket_, .outcome = {}, .sent = sent_, .received = now, .departed = departed_};
    if (too_large_) {
        completion.outcome =
            HttpFailure{HttpFailureKind::too_large,
                        fmt::format("the answer of {} is larger than {} bytes",
                                    address_.front->host, request_.answer_bytes_max)};
        return completion;
    }
    if (code != CURLE_OK) {
        completion.outcome = failure_of(code, address_.front->host, error_text_.data());
        return completion;
    }
    long status = 0;
    curl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    const char* content_type = nullptr;
    curl().easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &content_type);
    answer_.status = static_cast<int>(status);
    if (content_type != nullptr) answer_.content_type = content_type;
    completion.outcome = std::move(answer_);
    return completion;
}

Transfer* Transfer::of(CURL* handle) {
    void* self = nullptr;
    curl().easy_getinfo(handle, CURLINFO_PRIVATE, &self);
    return static_cast<Transfer*>(self);
}

bool Transfer::take_body(std::string_view bytes) {
    // Here the bytes are decompressed already, at most 16 KiB at a time: a bomb ends here.
    if (bytes.size() > request_.answer_bytes_max - answer_.body.size()) {
        too_large_ = true;
        return false;
    }
    if (answer_.body.empty()) {
        // What was announced may be wrong, and is less than what comes where that is compressed.
        curl_off_t announced = -1;
        curl().easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
        if (announced > 0 && announced <= announced_bytes_believed)
            answer_.body.reserve(static_cast<std::size_t>(announced) + room_behind_body);
    }
    answer_.body += bytes;
    return true;
}

bool Transfer::take_header(std::string_view line) {
    constexpr std::string_view date_name = "date:";
    header_bytes_ += line.size();
    if (header_bytes_ > header_bytes_max) {
        too_large_ = true;
        return false;
    }
    // A new status line: what came before was an interim answer (RFC 9110, 15.2).
    if (line.starts_with("HTTP/")) answer_.date.reset();
    if (line.size() > date_name.size() &&
        strncasecmp(line.data(), date_name.data(), date_name.size()) == 0) {
        if (const auto date = date_of(line.substr(date_name.size()))) answer_.date = date;
    }
    return true;
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    const std::size_t length = size * count;
    // Any other number than what was given ends the transfer.
    return static_cast<Transfer*>(self)->take_body({bytes, length}) ? length : length + 1;
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    const std::size_t length = size * count;
    return static_cast<Transfer*>(self)->take_header({bytes, length}) ? length : length + 1;
}

}  // namespace callarchive
