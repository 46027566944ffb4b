#include "app/http/small_server.h"

#include "app/http/ask.h"
#include "sys/file_descriptor.h"
#include "sys/system_clock.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace callarchive {
namespace {

SmallAnswer paths(std::string_view path) {
    if (path == "/yes") return {.status = 200, .content_type = "text/plain", .body = "yes\n"};
    if (path == "/large") return {.status = 200, .body = std::string(20'000'000, 'x')};
    if (path == "/no") return {.status = 503, .content_type = "text/plain", .body = "no\n"};
    return {.status = 404};
}

TEST(small_reply, answers_get_and_head) {
    EXPECT_EQ(small_reply("GET /yes?a=b HTTP/1.1\r\nHost: a\r\n\r\n", paths),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
              "Connection: close\r\n\r\nyes\n");
    EXPECT_EQ(small_reply("HEAD /no HTTP/1.0\n\n", paths),
              "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
              "Content-Length: 3\r\nConnection: close\r\n\r\n");
}

TEST(small_reply, refuses_everything_else) {
    const auto status = [](std::string_view head) { return small_reply(head, paths).substr(9, 3); };
    EXPECT_EQ(status("GET /other HTTP/1.1\r\n\r\n"), "404");
    EXPECT_EQ(status("POST /yes HTTP/1.1\r\n\r\n"), "405");
    for (const char* head :
         {"", "\r\n\r\n", "GET\r\n\r\n", "GET /yes\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
          "GET /yes SIP/2.0\r\n\r\n", "GET http://a/yes HTTP/1.1\r\n\r\n", "\x16\x03\x01\n\n"}) {
        EXPECT_EQ(status(head), "400") << head;
    }
}

TEST(read_answer, takes_an_answer_apart) {
    const auto answer = read_answer("HTTP/1.1 503 Nothing\r\nA: b\r\n\r\nbody\r\n\r\n");
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, 503);
    EXPECT_EQ(answer->body, "body\r\n\r\n");
    for (const char* bytes :
         {"", "HTTP/1.1\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\n", "SSH-2.0-OpenSSH\r\n\r\n"}) {
        EXPECT_FALSE(read_answer(bytes).ok()) << bytes;
    }
}

class SmallServerTest : public testing::Test {
  protected:
    FileDescriptor connection() {
        FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
        EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address),
                  0);
        return socket;
    }
    static std::string until_closed(const FileDescriptor& socket) {
        std::string all;
        std::array<char, 65'536> bytes;
        ssize_t count = 0;
        while ((count = ::recv(socket.get(), bytes.data(), bytes.size(), 0)) > 0)
            all.append(bytes.data(), static_cast<std::size_t>(count));
        return all;
    }
    static void send(const FileDescriptor& socket, std::string_view text) {
        EXPECT_EQ(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }

    SystemClock clock_;
    std::unique_ptr<SmallServer> server_ =
        SmallServer::start("127.0.0.1", 0, clock_, paths).value();
};

TEST_F(SmallServerTest, is_asked_again_and_again) {
    for (int i = 0; i < 100; ++i) {
        const auto answer =
            ask("127.0.0.1", server_->port(), i % 2 == 0 ? "/yes" : "/no", Milliseconds{5'000});
        ASSERT_TRUE(answer.ok()) << answer.error().message;
        EXPECT_EQ(answer->status, i % 2 == 0 ? 200 : 503);
        EXPECT_EQ(answer->body, i % 2 == 0 ? "yes\n" : "no\n");
    }
}

TEST_F(SmallServerTest, does_not_let_one_wait_for_another) {
    const FileDescriptor silent = connection();
    const FileDescriptor slow = connection();
    send(slow, "GET /yes HT");
    EXPECT_TRUE(ask("127.0.0.1", server_->port(), "/yes", Milliseconds{5'000}).ok());
    send(slow, "TP/1.1\r\n\r");
    EXPECT_TRUE(ask("127.0.0.1", server_->port(), "/yes", Milliseconds{5'000}).ok());
    send(slow, "\n");
    EXPECT_TRUE(until_closed(slow).ends_with("\r\n\r\nyes\n"));
}

TEST_F(SmallServerTest, gives_a_large_answer_whole) {
    const FileDescriptor socket = connection();
    // What it never reads: closing over it would reset the connection.
    send(socket, "GET /large HTTP/1.1\r\n\r\nsomething more" + std::string(50'000, '.'));
    const std::string answer = until_closed(socket);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n"));
    EXPECT_EQ(answer.size(), answer.find("\r\n\r\n") + 4 + 20'000'000);
}

TEST_F(SmallServerTest, reads_no_endless_head) {
    const FileDescriptor socket = connection();
    send(socket, "GET /yes HTTP/1.1\r\nA: " + std::string(9'000, 'a'));
    EXPECT_TRUE(until_closed(socket).starts_with("HTTP/1.1 431 "));
}

TEST_F(SmallServerTest, outlives_those_who_leave_and_takes_more_than_it_holds) {
    {
        std::vector<FileDescriptor> many;
        for (int i = 0; i < 60; ++i) {
            many.push_back(connection());
            send(many.back(), "GET /large HTTP/1.1\r\n\r\n");
        }
    }
    EXPECT_TRUE(ask("127.0.0.1", server_->port(), "/yes", Milliseconds{5'000}).ok());
}

TEST_F(SmallServerTest, shares_its_port_with_nobody) {
    const auto second = SmallServer::start("127.0.0.1", server_->port(), clock_, paths);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().message, "Address already in use");
    const int port = server_->port();
    server_.reset();
    EXPECT_FALSE(ask("127.0.0.1", port, "/yes", Milliseconds{5'000}).ok());
    EXPECT_TRUE(SmallServer::start("127.0.0.1", port, clock_, paths).ok());
    EXPECT_FALSE(SmallServer::start("no such host", port, clock_, paths).ok());
}

TEST_F(SmallServerTest, ends_with_connections_open) {
    const FileDescriptor silent = connection();
    const FileDescriptor slow = connection();
    send(slow, "GET /yes HT");
    server_.reset();
    EXPECT_EQ(until_closed(slow), "");
}

}  // namespace
}  // namespace callarchive
