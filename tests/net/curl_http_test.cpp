#include "net/curl_http.h"

#include "servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <mutex>
#include <set>

namespace callarchive {
namespace {

const SystemClock clock_of_tests;

/// Stands still but for what a test lets pass.
class PatientClock final : public Clock {
  public:
    [[nodiscard]] Instant wall() const override { return {}; }
    [[nodiscard]] Monotonic monotonic() const override { return now; }

    Monotonic now{Seconds{1'000}};
};

TEST(curl_http, exchanges_a_request) {
    httplib::Request seen;
    const HttpServer server{[&](const httplib::Request& request, httplib::Response& response) {
        seen = request;
        response.set_header("Date", "Tue, 14 Nov 2023 22:13:20 GMT");
        response.set_content(R"({"errorCode":0})", "application/json");
    }};
    CurlHttp http{clock_of_tests, {.ca_file = {}, .proxy = {}, .user_agent = "callarchive/1.2"}};
    HttpRequest request = request_to(server.port());
    request.body = R"({"page":1})";
    const HttpCompletion completion = exchange(http, std::move(request));
    const auto* const answer = std::get_if<HttpAnswer>(&completion.outcome);
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(completion.ticket, 1U);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, R"({"errorCode":0})");
    EXPECT_EQ(answer->content_type, "application/json");
    EXPECT_EQ(answer->date, moment_from_unix(1700000000));
    EXPECT_LE(completion.sent, completion.received);
    EXPECT_EQ(seen.body, R"({"page":1})");
    EXPECT_EQ(seen.get_header_value("Content-Type"), "application/json");
    EXPECT_EQ(seen.get_header_value("User-Agent"), "callarchive/1.2");
    EXPECT_EQ(seen.get_param_value("usersig"), canary);
    EXPECT_EQ(seen.target, "/v1/path?usersig=" + std::string{canary});
    EXPECT_FALSE(seen.has_header("Expect"));
}

TEST(curl_http, gets_without_a_body) {
    httplib::Request seen;
    const HttpServer server{[&](const httplib::Request& request, httplib::Response& response) {
        seen = request;
        response.status = 204;
    }};
    CurlHttp http{clock_of_tests, {}};
    HttpRequest request = request_to(server.port());
    request.method = HttpMethod::get;
    request.body = "not sent";
    const HttpCompletion completion = exchange(http, std::move(request));
    ASSERT_TRUE(std::holds_alternative<HttpAnswer>(completion.outcome));
    EXPECT_EQ(std::get<HttpAnswer>(completion.outcome).status, 204);
    EXPECT_EQ(seen.method, "GET");
    EXPECT_EQ(seen.body, "");
    EXPECT_FALSE(seen.has_header("Content-Type"));
    // The handle is used again: nothing of a GET is left in it.
    EXPECT_TRUE(
        std::holds_alternative<HttpAnswer>(exchange(http, request_to(server.port())).outcome));
    EXPECT_EQ(seen.method, "POST");
}

TEST(curl_http, uses_its_connection_again) {
    std::set<int> ports;
    const HttpServer server{[&](const httplib::Request& request, httplib::Response& response) {
        ports.insert(request.remote_port);
        response.status = 503;
    }};
    CurlHttp http{clock_of_tests, {}};
    for (int i = 0; i < 20; ++i) {
        const HttpCompletion completion = exchange(http, request_to(server.port()));
        ASSERT_TRUE(std::holds_alternative<HttpAnswer>(completion.outcome));
        EXPECT_EQ(std::get<HttpAnswer>(completion.outcome).status, 503);
    }
    EXPECT_EQ(ports.size(), 1U);
}

TEST(curl_http, a_request_departs_when_it_goes_out_and_not_when_it_was_handed_over) {
    const HttpServer server{[](const httplib::Request&, httplib::Response&) {}};
    PatientClock clock;
    CurlHttp http{clock, {}};
    // On a new connection, and on the same again.
    for (int i = 0; i < 2; ++i) {
        http.start(1, request_to(server.port()));
        const Monotonic handed_over = clock.now;
        // A commit, say.
        clock.now += Milliseconds{300};
        const auto all = collect(http, 1);
        ASSERT_EQ(all.size(), 1U);
        ASSERT_TRUE(std::holds_alternative<HttpAnswer>(all.front().outcome));
        EXPECT_EQ(all.front().sent, handed_over);
        EXPECT_EQ(all.front().departed, clock.now);
    }
}

TEST(curl_http, keeps_the_connections_of_a_burst_for_the_next) {
    constexpr int count = 5;  // the server's backlog, fewer than its threads
    std::mutex mutex;
    std::set<int> ports;
    std::atomic<int> arrived = 0;
    const HttpServer server{[&](const httplib::Request& request, httplib::Response&) {
        {
            const std::lock_guard lock{mutex};
            ports.insert(request.remote_port);
        }
        if (request.body == "alone") return;
        const int wave = arrived++ / count;
        while (arrived < (wave + 1) * count)
            std::this_thread::yield();
    }};
    CurlHttp http{clock_of_tests, {}};
    for (int burst = 0; burst < 3; ++burst) {
        for (HttpTicket ticket = 10; ticket < 10 + count; ++ticket)
            http.start(ticket, request_to(server.port()));
        ASSERT_EQ(collect(http, count).size(), std::size_t{count});
        // One at a time for a while, as at the end of a long answer.
        for (int i = 0; i < 3; ++i) {
            HttpRequest request = request_to(server.port());
            request.body = "alone";
            static_cast<void>(exchange(http, std::move(request)));
        }
    }
    EXPECT_EQ(ports.size(), std::size_t{count});
}

TEST(curl_http, has_many_under_way_at_once) {
    // Each handler waits for all the others: they only end if all are under way together.
    constexpr int count = 4;
    std::atomic<int> arrived = 0;
    const HttpServer server{[&](const httplib::Request& request, httplib::Response& response) {
        ++arrived;
        while (arrived < count)
            std::this_thread::yield();
        response.set_content(request.body, "text/plain");
    }};
    CurlHttp http{clock_of_tests, {}};
    for (HttpTicket ticket = 10; ticket < 10 + count; ++ticket) {
        HttpRequest request = request_to(server.port());
        request.body = std::to_string(ticket);
        http.start(ticket, std::move(request));
    }
    std::set<HttpTicket> tickets;
    for (const HttpCompletion& each : collect(http, count)) {
        ASSERT_TRUE(std::holds_alternative<HttpAnswer>(each.outcome));
        EXPECT_EQ(std::get<HttpAnswer>(each.outcome).status, 200);
        EXPECT_EQ(std::get<HttpAnswer>(each.outcome).body, std::to_string(each.ticket));
        tickets.insert(each.ticket);
    }
    EXPECT_EQ(tickets.size(), std::size_t{count});
}

TEST(curl_http, follows_no_redirect) {
    const HttpServer server{[&](const httplib::Request&, httplib::Response& response) {
        response.set_redirect("http://127.0.0.1:1/elsewhere", 301);
    }};
    CurlHttp http{clock_of_tests, {}};
    const HttpCompletion completion = exchange(http, request_to(server.port()));
    ASSERT_TRUE(std::holds_alternative<HttpAnswer>(completion.outcome));
    EXPECT_EQ(std::get<HttpAnswer>(completion.outcome).status, 301);
}

TEST(curl_http, wait_ends_with_its_time_and_with_the_wake_descriptor) {
    const FileDescriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    CurlHttp http{clock_of_tests, {.ca_file = {}, .proxy = {}, .wake_fd = wake.get()}};
    const Monotonic begin = clock_of_tests.monotonic();
    EXPECT_TRUE(http.wait(Milliseconds{30}).empty());
    EXPECT_GE(clock_of_tests.monotonic() - begin, Milliseconds{30});
    EXPECT_TRUE(http.wait(Milliseconds{0}).empty());
    ASSERT_EQ(::eventfd_write(wake.get(), 1), 0);
    EXPECT_TRUE(http.wait(std::chrono::hours{10}).empty());
    eventfd_t value = 0;
    EXPECT_EQ(::eventfd_read(wake.get(), &value), 0) << "wait() must leave it unread";
}

TEST(curl_http, nothing_comes_of_what_was_cancelled) {
    const RawServer silent{""};
    const HttpServer server{[](const httplib::Request&, httplib::Response&) {}};
    CurlHttp http{clock_of_tests, {}};
    http.start(1, request_to(silent.port()));
    http.start(2, request_to(server.port()));
    EXPECT_TRUE(http.wait(Milliseconds{0}).size() <= 1);
    http.cancel(1);
    http.cancel(1);
    http.cancel(77);
    // One that failed before it was sent is forgotten too.
    http.start(3, {.url = Secret{"ftp://127.0.0.1/"}, .body = {}, .timeout = Seconds{1}});
    http.cancel(3);
    for (const HttpCompletion& each : http.wait(Milliseconds{50})) {
        EXPECT_EQ(each.ticket, 2U);
    }
    // The ticket is free again.
    EXPECT_TRUE(
        std::holds_alternative<HttpAnswer>(exchange(http, request_to(server.port())).outcome));
}

TEST(curl_http, may_end_with_requests_under_way) {
    const RawServer silent{""};
    CurlHttp http{clock_of_tests, {}};
    http.start(1, request_to(silent.port()));
    EXPECT_TRUE(http.wait(Milliseconds{10}).empty());
}

}  // namespace
}  // namespace callarchive
