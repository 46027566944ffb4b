#include "app/daemon/pinger.h"

#include "app/test_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <utility>

namespace callarchive {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

HttpAnswer answer_with(int status) {
    HttpAnswer answer;
    answer.status = status;
    return answer;
}

/// Keeps what was asked until the test answers it.
class TestHttp : public Http {
  public:
    void start(HttpTicket ticket, HttpRequest request) override {
        asked.emplace_back(ticket, request.url.reveal());
        under_way.push_back(ticket);
        EXPECT_GT(request.timeout, Milliseconds{0});
        EXPECT_LE(request.timeout, Milliseconds{30'000});
    }
    void cancel(HttpTicket) override {}
    std::vector<HttpCompletion> wait(Milliseconds) override { return std::exchange(completed, {}); }
    void answer(std::variant<HttpAnswer, HttpFailure> outcome) {
        completed.push_back({.ticket = under_way.front(),
                             .outcome = std::move(outcome),
                             .sent = {},
                             .received = {}});
        under_way.pop_front();
    }
    std::vector<std::string> addresses() const {
        std::vector<std::string> all;
        for (const auto& [ticket, url] : asked)
            all.push_back(url);
        return all;
    }
    std::vector<std::pair<HttpTicket, std::string>> asked;
    std::deque<HttpTicket> under_way;
    std::vector<HttpCompletion> completed;
};

constexpr const char* good = "https://host/token";
constexpr const char* failed = "https://host/token/fail";

class PingerTest : public testing::Test {
  protected:
    PingerTest() { configure({"a"}); }
    void configure(std::vector<std::string> apps) {
        pinger_.configure({.url = good, .apps = std::move(apps), .poll_interval = Seconds{60}});
    }
    void cycle(const char* app, bool failing = false) {
        SourceReport report;
        report.identity.name = app;
        report.failing = failing;
        pinger_.on_cycle(report);
        turn();
    }
    void fail(const char* app, ErrorKind kind = ErrorKind::temporary) {
        pinger_.on_failure({.name = app}, {.error = {kind, "x"}, .window = std::nullopt});
        turn();
    }
    void turn() {
        shared_.wait(Milliseconds{0});
        pinger_.turn();
    }
    /// What is written to the log while a ping is answered so.
    std::string answered(int status) { return answered(answer_with(status)); }
    std::string answered(std::variant<HttpAnswer, HttpFailure> outcome) {
        testing::internal::CaptureStderr();
        http_.answer(std::move(outcome));
        turn();
        return testing::internal::GetCapturedStderr();
    }

    TestClock clock_;
    TestHttp http_;
    SharedHttp shared_{http_};
    Log log_{"info", "text"};
    Pinger pinger_{shared_, clock_, log_};
};

TEST_F(PingerTest, EachGoodCycleIsPinged) {
    cycle("a");
    EXPECT_THAT(answered(200), IsEmpty());
    cycle("a");
    EXPECT_THAT(http_.addresses(), ElementsAre(good, good));
}

TEST_F(PingerTest, AllApplicationsMustBeGood) {
    configure({"a", "b"});
    cycle("a");
    cycle("a");
    EXPECT_THAT(http_.addresses(), IsEmpty());
    fail("a");
    cycle("b");
    EXPECT_THAT(http_.addresses(), IsEmpty());
    cycle("a");
    EXPECT_THAT(http_.addresses(), ElementsAre(good));
}

TEST_F(PingerTest, AHiccupAlarmsNobodyAndAnOutageDoes) {
    fail("a");
    clock_.now += Milliseconds{59'000};
    fail("a");
    EXPECT_THAT(http_.addresses(), IsEmpty());
    clock_.now += Milliseconds{1'000};
    fail("a");
    EXPECT_THAT(http_.addresses(), ElementsAre(failed));
    EXPECT_THAT(answered(200), IsEmpty());
    fail("a");
    EXPECT_THAT(http_.addresses(), ElementsAre(failed));
    clock_.now += Milliseconds{60'000};
    cycle("a", true);
    EXPECT_THAT(http_.addresses(), ElementsAre(failed, failed));
    EXPECT_THAT(answered(200), IsEmpty());
    cycle("a");
    EXPECT_THAT(http_.addresses(), ElementsAre(failed, failed, good));
}

TEST_F(PingerTest, WhatAPersonMustMendAlarmsAtOnce) {
    for (const ErrorKind kind : {ErrorKind::configuration, ErrorKind::refused,
                                 ErrorKind::storage_full, ErrorKind::storage, ErrorKind::damaged}) {
        http_.asked.clear();
        clock_.now += Milliseconds{60'000};
        cycle("a");
        answered(200);
        fail("a", kind);
        EXPECT_THAT(http_.addresses(), ElementsAre(good, failed)) << static_cast<int>(kind);
        answered(200);
    }
}

TEST_F(PingerTest, APingThatFailsIsToldOnceAndTriedAgain) {
    cycle("a");
    EXPECT_THAT(answered(503), AllOf(HasSubstr("HTTP status 503"), Not(HasSubstr("token"))));
    turn();
    EXPECT_EQ(http_.asked.size(), 1U);
    for (int i = 0; i < 10; ++i) {
        clock_.now += Milliseconds{10'000};
        turn();
        if (!http_.under_way.empty()) {
            EXPECT_THAT(answered(503), IsEmpty());
        }
    }
    EXPECT_EQ(http_.asked.size(), 3U);
    cycle("a");
    EXPECT_THAT(answered(200), HasSubstr("pings arrive again; 2 failed"));
}

TEST_F(PingerTest, OnlyAnAnswerThatSaysSoIsASuccess) {
    for (const int status : {199, 300, 404, 500}) {
        cycle("a");
        answered(200);
        cycle("a");
        EXPECT_THAT(answered(status), HasSubstr("the answer has HTTP status")) << status;
        clock_.now += Milliseconds{10'000};
        turn();
        EXPECT_THAT(answered(204), HasSubstr("pings arrive again"));
    }
    cycle("a");
    EXPECT_THAT(answered(HttpFailure{HttpFailureKind::connect, "connection refused"}),
                HasSubstr("ping_url failed: connection refused"));
}

TEST_F(PingerTest, PingsThatGoOnFailingAreToldOnceAnHour) {
    int told = 0;
    for (int minute = 0; minute < 120; ++minute) {
        cycle("a");
        const std::string line = answered(503);
        if (!line.empty() && told++ > 0) {
            EXPECT_THAT(line, HasSubstr("; 60 failed since the last line"));
        }
        clock_.now += Milliseconds{60'000};
    }
    EXPECT_EQ(told, 2);
}

TEST_F(PingerTest, AnAddressThatIsTakenAwayMeanwhileIsNotAskedAgain) {
    cycle("a");
    pinger_.configure({.url = "", .apps = {"a"}, .poll_interval = Seconds{60}});
    EXPECT_THAT(answered(503), HasSubstr("HTTP status 503"));
    clock_.now += Milliseconds{60'000};
    turn();
    EXPECT_EQ(http_.asked.size(), 1U);
}

TEST_F(PingerTest, AnApplicationThatHasLeftIsOfNoConcern) {
    configure({"b"});
    cycle("a");
    fail("a", ErrorKind::configuration);
    EXPECT_THAT(http_.addresses(), IsEmpty());
    cycle("b");
    EXPECT_THAT(http_.addresses(), ElementsAre(good));
}

TEST_F(PingerTest, OneAtATimeAndTheNewestCounts) {
    cycle("a");
    fail("a", ErrorKind::storage_full);
    cycle("a");
    EXPECT_EQ(http_.asked.size(), 1U);
    EXPECT_THAT(answered(200), IsEmpty());
    EXPECT_THAT(http_.addresses(), ElementsAre(good, good));
}

TEST_F(PingerTest, TheEngineSeesNothingOfIt) {
    cycle("a");
    EXPECT_GE(http_.asked.front().first, SharedHttp::second_from);
    http_.answer(answer_with(200));
    http_.completed.push_back(
        {.ticket = 7, .outcome = answer_with(200), .sent = {}, .received = {}});
    const auto seen = shared_.wait(Milliseconds{0});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen.front().ticket, 7U);
    EXPECT_EQ(shared_.take_second().size(), 1U);
}

TEST_F(PingerTest, NoAddressNoPings) {
    pinger_.configure({.url = "", .apps = {"a"}, .poll_interval = Seconds{60}});
    cycle("a");
    fail("a", ErrorKind::configuration);
    EXPECT_THAT(http_.addresses(), IsEmpty());
}

TEST(AddressOfFailure, EndsThePathAndKeepsTheQuery) {
    EXPECT_EQ(address_of_failure("https://h/t"), "https://h/t/fail");
    EXPECT_EQ(address_of_failure("https://h/t/"), "https://h/t/fail");
    EXPECT_EQ(address_of_failure("https://h/t?a=b/#c"), "https://h/t/fail?a=b/#c");
    EXPECT_EQ(address_of_failure("https://h"), "https://h/fail");
}

}  // namespace
}  // namespace callarchive
