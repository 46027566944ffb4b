#include "net/curl_http.h"

#include "base/check.h"
#include "net/addresses.h"
#include "net/curl_handles.h"
#include "net/transfer.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace callarchive {
namespace {

// Open connections, to however many hosts, as a multiple of those to one.
constexpr int kept_per_host_limit = 4;
// One wait of libcurl's is an int of milliseconds; a longer one is made of several.
constexpr Milliseconds poll_max = std::chrono::hours{1};

}  // namespace

class CurlHttp::Implementation {
  public:
    Implementation(const Clock& clock, CurlHttpOptions options)
        : clock_(clock),
          options_(std::move(options)),
          addresses_(!options_.proxy.empty() || environment_names_proxy()),
          multi_(make_multi()),
          headers_(make_headers()) {
        CURLM* const multi = multi_.get();
        curl().multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
        // No limit over all hosts: one that hangs would hold up the others.
        curl().multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                            static_cast<long>(options_.connections_max));
        // libcurl would keep four for each request under way, and close the rest: where a burst of
        // requests thins out, all but a few, to be made anew, and greeted in TLS anew, for the
        // next.
        curl().multi_setopt(multi, CURLMOPT_MAXCONNECTS,
                            static_cast<long>(options_.connections_max) * kept_per_host_limit);
    }
    Implementation(const Implementation&) = delete;
    Implementation& operator=(const Implementation&) = delete;
    ~Implementation() {
        for (const auto& [ticket, transfer] : under_way_) {
            curl().multi_remove_handle(multi_.get(), transfer->handle());
        }
    }

    void start(HttpTicket ticket, HttpRequest request) {
        CHECK(!under_way_.contains(ticket));
        // Never one that was used before: libcurl before 8.1 keeps a pointer to the last header of
        // the answer before, which is freed, and adds to it what a folded first line says
        // (curl/curl pull request 11103). Connections are the multi handle's and are kept.
        auto transfer = std::make_unique<Transfer>();
        ToldAddress address = addresses_.told(request.url);
        const CURLcode code = transfer->prepare(ticket, std::move(request), std::move(address),
                                                options_, headers_.get(), clock_);
        if (code != CURLE_OK) {
            completed_.push_back(transfer->finish(code, clock_.monotonic()));
            return;
        }
        CHECK(curl().multi_add_handle(multi_.get(), transfer->handle()) == CURLM_OK);
        under_way_.emplace(ticket, std::move(transfer));
    }

    void cancel(HttpTicket ticket) {
        std::erase_if(completed_,
                      [&](const HttpCompletion& each) { return each.ticket == ticket; });
        const auto found = under_way_.find(ticket);
        if (found == under_way_.end()) return;
        curl().multi_remove_handle(multi_.get(), found->second->handle());
        under_way_.erase(found);
    }

    std::vector<HttpCompletion> wait(Milliseconds at_most) {
        const Monotonic begin = clock_.monotonic();
        while (true) {
            advance();
            const Milliseconds left = at_most - (clock_.monotonic() - begin);
            if (!completed_.empty() || left <= Milliseconds{0}) break;
            if (woken_within(left)) {
                // What arrived meanwhile is worth having even if it was a signal that ended it.
                advance();
                break;
            }
        }
        return std::exchange(completed_, {});
    }

  private:
    /// Lets libcurl do what can be done now and gathers what is finished.
    void advance() {
        int running = 0;
        CHECK(curl().multi_perform(multi_.get(), &running) == CURLM_OK);
        int left = 0;
        while (const CURLMsg* const message = curl().multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            // The message dies with the handle's removal.
            const CURLcode code = message->data.result;
            CURL* const handle = message->easy_handle;
            const auto found = under_way_.find(Transfer::of(handle)->ticket());
            CHECK(found != under_way_.end());
            curl().multi_remove_handle(multi_.get(), handle);
            completed_.push_back(found->second->finish(code, clock_.monotonic()));
            under_way_.erase(found);
        }
    }

    /// Sleeps until the network moves; true if it was the wake descriptor that ended the sleep.
    bool woken_within(Milliseconds left) {
        curl_waitfd wake{};
        wake.fd = options_.wake_fd;
        wake.events = CURL_WAIT_POLLIN;
        const unsigned wakes = options_.wake_fd >= 0 ? 1U : 0U;
        const int timeout = static_cast<int>(std::min(left, poll_max).count());
        // Not curl_multi_wait: that returns at once when there is nothing to wait for.
        CHECK(curl().multi_poll(multi_.get(), &wake, wakes, timeout, nullptr) == CURLM_OK);
        return wakes != 0 && wake.revents != 0;
    }

    CurlLibrary library_;
    const Clock& clock_;
    CurlHttpOptions options_;
    Addresses addresses_;
    CurlMulti multi_;
    CurlList headers_;
    std::unordered_map<HttpTicket, std::unique_ptr<Transfer>> under_way_;
    std::vector<HttpCompletion> completed_;
};

Result<Done> CurlHttp::available() {
    try {
        static_cast<void>(curl());
    } catch (const std::runtime_error& error) {
        return Error{ErrorKind::configuration, error.what()};
    }
    return Done{};
}

CurlHttp::CurlHttp(const Clock& clock, CurlHttpOptions options)
    : implementation_(std::make_unique<Implementation>(clock, std::move(options))) {}

CurlHttp::~CurlHttp() = default;

void CurlHttp::start(HttpTicket ticket, HttpRequest request) {
    implementation_->start(ticket, std::move(request));
}

void CurlHttp::cancel(HttpTicket ticket) {
    implementation_->cancel(ticket);
}

std::vector<HttpCompletion> CurlHttp::wait(Milliseconds at_most) {
    return implementation_->wait(at_most);
}

}  // namespace callarchive
