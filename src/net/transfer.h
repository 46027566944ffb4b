#pragma once

#include "net/addresses.h"
#include "net/curl_handles.h"
#include "port/clock.h"
#include "port/http.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace callarchive {

struct CurlHttpOptions;

/// One request on its way and the answer as it comes in. libcurl holds pointers into it while it is
/// under way, so it neither moves nor is copied. For one request alone.
class Transfer {
  public:
    Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Makes it ready to be added to a multi handle. `address` is that of the request. `headers`
    /// and `clock` must outlive the request. Anything but CURLE_OK means that it cannot be sent.
    [[nodiscard]] CURLcode prepare(HttpTicket ticket, HttpRequest request, ToldAddress address,
                                   const CurlHttpOptions& options, curl_slist* headers,
                                   const Clock& clock);

    /// What has come of it. Requires that libcurl is done with it.
    [[nodiscard]] HttpCompletion finish(CURLcode code, Monotonic now);

    [[nodiscard]] CURL* handle() const { return easy_.get(); }
    [[nodiscard]] HttpTicket ticket() const { return ticket_; }

    /// The transfer an easy handle belongs to.
    [[nodiscard]] static Transfer* of(CURL* handle);

  private:
    [[nodiscard]] CURLcode apply_house_defaults(const CurlHttpOptions& options);
    bool take_body(std::string_view bytes);
    bool take_header(std::string_view line);
    static int on_departure(void* self, char*, char*, int, int);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);

    ToldAddress address_{};  // must outlive the handle that looks at it
    CurlEasy easy_;
    HttpTicket ticket_{};
    HttpRequest request_;
    HttpAnswer answer_;
    std::size_t header_bytes_ = 0;
    bool too_large_ = false;
    const Clock* clock_ = nullptr;
    Monotonic sent_;
    std::optional<Monotonic> departed_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace callarchive
