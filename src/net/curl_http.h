#pragma once

#include "base/result.h"
#include "port/clock.h"
#include "port/http.h"

#include <memory>
#include <string>
#include <vector>

namespace callarchive {

struct CurlHttpOptions {
    std::string ca_file;       ///< PEM; empty: the system's certificates
    std::string proxy;         ///< empty: the usual environment variables
    int connections_max = 16;  ///< to one host; requests above that queue, and their timeout runs
    std::string user_agent = "callarchive";
    /// wait() returns early while this is readable, and does not read it; -1 for none. Not owned.
    int wake_fd = -1;
};

/// The network by libcurl: one pool of connections for all hosts, HTTP/2 where it is offered, TLS
/// always verified, no redirects. For one thread. What is under way at its end is forgotten.
class CurlHttp final : public Http {
  public:
    /// Loads what it needs of the system, so that it is said before anything depends on it.
    [[nodiscard]] static Result<Done> available();

    /// `clock` must outlive it. Requires that it is available.
    CurlHttp(const Clock& clock, CurlHttpOptions options);
    CurlHttp(const CurlHttp&) = delete;
    CurlHttp& operator=(const CurlHttp&) = delete;
    ~CurlHttp() override;

    void start(HttpTicket ticket, HttpRequest request) override;
    void cancel(HttpTicket ticket) override;
    std::vector<HttpCompletion> wait(Milliseconds at_most) override;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace callarchive
