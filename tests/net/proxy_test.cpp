// What a proxy is told, and what the server behind it.
#include "certificates.h"
#include "servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <cstdlib>
#include <mutex>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const SystemClock clock_of_tests;

/// Notes the first line that it is told on each connection. Opens a tunnel where that is asked for
/// (RFC 9110, 9.3.6), and answers everything else itself.
class ProxyServer {
  public:
    ProxyServer() : thread_([this] { serve(); }) {}
    ProxyServer(const ProxyServer&) = delete;
    ProxyServer& operator=(const ProxyServer&) = delete;
    ~ProxyServer() {
        listener_.stop();
        thread_.join();
    }
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(listener_.port());
    }
    [[nodiscard]] std::vector<std::string> first_lines() {
        const std::lock_guard lock{mutex_};
        return first_lines_;
    }

  private:
    void serve() {
        while (true) {
            const FileDescriptor connection = listener_.accept();
            if (!connection.is_open()) return;
            handle(connection.get());
        }
    }

    void handle(int connection) {
        std::string request;
        std::array<char, 4096> bytes{};
        while (request.find("\r\n\r\n") == std::string::npos) {
            const ssize_t size = ::recv(connection, bytes.data(), bytes.size(), 0);
            if (size <= 0) return;
            request.append(bytes.data(), static_cast<std::size_t>(size));
        }
        const std::string first_line = request.substr(0, request.find('\r'));
        {
            const std::lock_guard lock{mutex_};
            first_lines_.push_back(first_line);
        }
        constexpr std::string_view tunnel = "CONNECT 127.0.0.1:";
        if (!first_line.starts_with(tunnel)) {
            send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
            return;
        }
        const FileDescriptor server{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        const sockaddr_in address = loopback_address(std::stoi(first_line.substr(tunnel.size())));
        if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
            0)
            return;
        send(connection, "HTTP/1.1 200 OK\r\n\r\n");
        std::array<pollfd, 2> ends{pollfd{connection, POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
        while (::poll(ends.data(), ends.size(), 10'000) > 0) {
            for (std::size_t from = 0; from < ends.size(); ++from) {
                if (ends[from].revents == 0) continue;
                const ssize_t size = ::recv(ends[from].fd, bytes.data(), bytes.size(), 0);
                if (size <= 0) return;
                send(ends[1 - from].fd, {bytes.data(), static_cast<std::size_t>(size)});
            }
        }
    }

    static void send(int to, std::string_view bytes) {
        static_cast<void>(::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }

    LoopbackListener listener_;
    std::mutex mutex_;
    std::vector<std::string> first_lines_;
    std::thread thread_;
};

HttpRequest request_to_nowhere() {
    HttpRequest request = request_to(0);
    request.url = Secret{"http://nowhere.invalid/v1/path?usersig=" + std::string{canary}};
    return request;
}

const std::string whole_address =
    "POST http://nowhere.invalid/v1/path?usersig=" + std::string{canary} + " HTTP/1.1";

void expect_success(const HttpCompletion& completion) {
    const auto* const failure = std::get_if<HttpFailure>(&completion.outcome);
    EXPECT_EQ(failure, nullptr) << failure->message;
}

TEST(proxy, of_the_configuration_is_told_the_whole_address) {
    ProxyServer proxy;
    CurlHttp http{clock_of_tests, {.ca_file = {}, .proxy = proxy.url()}};
    expect_success(exchange(http, request_to_nowhere()));
    EXPECT_THAT(proxy.first_lines(), ElementsAre(whole_address));
}

TEST(proxy, of_the_environment_is_told_the_whole_address) {
    for (const char* variable : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
        ProxyServer proxy;
        ::setenv(variable, proxy.url().c_str(), 1);
        CurlHttp http{clock_of_tests, {}};
        expect_success(exchange(http, request_to_nowhere()));
        ::unsetenv(variable);
        EXPECT_THAT(proxy.first_lines(), ElementsAre(whole_address)) << variable;
    }
}

TEST(proxy, that_is_not_meant_for_a_server_is_told_nothing) {
    httplib::Request seen;
    const HttpServer server{
        [&](const httplib::Request& request, httplib::Response&) { seen = request; }};
    ProxyServer proxy;
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    ::setenv("no_proxy", "127.0.0.1", 1);
    CurlHttp http{clock_of_tests, {}};
    expect_success(exchange(http, request_to(server.port())));
    ::unsetenv("http_proxy");
    ::unsetenv("no_proxy");
    EXPECT_EQ(seen.target, "/v1/path?usersig=" + std::string{canary});
    EXPECT_THAT(proxy.first_lines(), ElementsAre());
}

TEST(proxy, is_a_tunnel_for_https_and_told_the_host_alone) {
    const Identity identity = make_identity("IP:127.0.0.1");
    const CaFile ca_file{identity};
    httplib::Request seen;
    ProxyServer proxy;
    const Running<httplib::SSLServer> server{
        [&](const httplib::Request& request, httplib::Response& response) {
            seen = request;
            response.set_header("Connection", "close");  // whoever keeps it delays the server's end
        },
        identity.certificate.get(), identity.key.get()};
    HttpRequest request = request_to(0);
    request.url = url_of(server.port(), "https");
    CurlHttp http{clock_of_tests, {.ca_file = ca_file.name(), .proxy = proxy.url()}};
    expect_success(exchange(http, std::move(request)));
    EXPECT_EQ(seen.target, "/v1/path?usersig=" + std::string{canary});
    EXPECT_THAT(proxy.first_lines(),
                ElementsAre("CONNECT 127.0.0.1:" + std::to_string(server.port()) + " HTTP/1.1"));
}

}  // namespace
}  // namespace callarchive
