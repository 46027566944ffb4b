#pragma once

#include "base/result.h"
#include "port/clock.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace callarchive {

/// What is answered to a GET.
struct SmallAnswer {
    int status = 200;
    std::string content_type{};
    std::string body{};
};

/// Answers GET and HEAD of a few paths over HTTP/1.1, one request a connection, in one thread of
/// its own, until it goes away. Nothing of a client's is kept but the first line of its request;
/// number of connections, bytes and time of each are bounded.
class SmallServer {
  public:
    /// The answer for a path (without its query), or one with status 404. Called in that thread.
    using Answering = std::function<SmallAnswer(std::string_view path)>;

    /// Port 0 takes any free one. Fails where the address cannot be had. The clock must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<SmallServer>> start(const std::string& host,
                                                                    int port, const Clock& clock,
                                                                    Answering answering);
    ~SmallServer();
    SmallServer(const SmallServer&) = delete;
    SmallServer& operator=(const SmallServer&) = delete;

    [[nodiscard]] int port() const;

  private:
    class Loop;
    explicit SmallServer(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

/// What is to be sent for a request's head, all bytes to the empty line: for tests too.
[[nodiscard]] std::string small_reply(std::string_view head,
                                      const SmallServer::Answering& answering);

}  // namespace callarchive
