// Any bytes are what a server sends: through the product's own connection, with its limits and its
// reading of the head. No crash, an answer within its limit or a plain failure, and no address
// told.
#include "base/check.h"
#include "net/curl_http.h"
#include "sys/system_clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

namespace {

using namespace callarchive;

constexpr std::uint64_t answer_bytes_max = 100'000;
constexpr std::string_view canary = "canaryCanaryCANARY";

/// Takes one connection after the other, hears a request, sends what it was given, and hangs up.
class Server {
  public:
    Server() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CHECK(bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        CHECK(listen(listening_, 16) == 0);
        socklen_t length = sizeof address;
        CHECK(getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
        port_ = ntohs(address.sin_port);
        // For the life of the process, as everything here.
        std::thread{[this] { serve(); }}.detach();
    }

    void will_send(std::string bytes) {
        const std::lock_guard lock{mutex_};
        bytes_ = std::move(bytes);
    }
    [[nodiscard]] int port() const { return port_; }

  private:
    void serve() {
        while (true) {
            const int peer = accept(listening_, nullptr, nullptr);
            if (peer < 0) continue;
            char heard[4096];
            static_cast<void>(recv(peer, heard, sizeof heard, 0));
            std::string bytes;
            {
                const std::lock_guard lock{mutex_};
                bytes = bytes_;
            }
            static_cast<void>(send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL));
            shutdown(peer, SHUT_WR);
            // Until the other side has hung up too, so that nothing sent is lost to a reset.
            while (recv(peer, heard, sizeof heard, 0) > 0) {
            }
            close(peer);
        }
    }

    int listening_;
    int port_ = 0;
    std::mutex mutex_;
    std::string bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Server server;
    static const SystemClock clock;
    static CurlHttp http{clock, {.ca_file = {}, .proxy = {}}};
    static HttpTicket ticket = 0;

    server.will_send({reinterpret_cast<const char*>(data), size});
    http.start(++ticket, {.url = Secret{"http://127.0.0.1:" + std::to_string(server.port()) +
                                        "/v1/path?usersig=" + std::string{canary}},
                          .body = "{}",
                          .timeout = Seconds{5},
                          .answer_bytes_max = answer_bytes_max});
    while (true) {
        for (const HttpCompletion& completion : http.wait(Seconds{1})) {
            CHECK(completion.ticket == ticket);
            if (const auto* answer = std::get_if<HttpAnswer>(&completion.outcome)) {
                CHECK(answer->body.size() <= answer_bytes_max);
            } else {
                const auto& failure = std::get<HttpFailure>(completion.outcome);
                CHECK(!failure.message.empty());
                CHECK(failure.message.find(canary) == std::string::npos);
            }
            return 0;
        }
    }
}
