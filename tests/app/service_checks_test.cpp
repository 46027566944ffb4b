#include "app/doctor/service_checks.h"

#include "api/answers.h"
#include "app/test_clock.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace callarchive {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Verdict = Finding::Verdict;

constexpr Milliseconds begin{1'795'392'000'000};

struct Call {
    std::string id;
    std::optional<std::int64_t> start, end;
};

/// Which calls lie between two times: what the vendor does not document.
using Reading = std::function<bool(const Call&, std::int64_t from, std::int64_t to)>;

bool starts_within(const Call& call, std::int64_t from, std::int64_t to) {
    return call.start && *call.start >= from && *call.start <= to;
}
bool ends_within(const Call& call, std::int64_t from, std::int64_t to) {
    return call.end && *call.end >= from && *call.end <= to;
}

/// An API of few calls that answers at once, unless it is told to fail.
class Service : public Http {
  public:
    explicit Service(TestClock& clock) : clock_(clock) {}

    void start(HttpTicket ticket, HttpRequest request) override {
        asked_at.push_back(clock_.now);
        if (silent) return;
        const Monotonic now = clock_.monotonic();
        if (stray)
            completed_.push_back(
                {.ticket = ticket + 1, .outcome = HttpAnswer{}, .sent = now, .received = now});
        completed_.push_back(
            {.ticket = ticket, .outcome = outcome_of(request), .sent = now, .received = now});
    }
    void cancel(HttpTicket) override { ++cancelled; }
    std::vector<HttpCompletion> wait(Milliseconds at_most) override {
        if (completed_.empty()) clock_.now += at_most;
        return std::exchange(completed_, {});
    }

    std::vector<Call> calls;
    Reading lies_within = starts_within;
    std::optional<Seconds> ahead = Seconds{0};  ///< of the clock; empty: it tells no time
    std::optional<HttpFailure> failure;
    std::optional<std::string> other_answer;
    int other_status = 200;
    std::size_t good_answers = 0;  ///< before other_answer
    bool silent = false, stray = false;
    std::vector<Milliseconds> asked_at;
    int cancelled = 0;

  private:
    std::variant<HttpAnswer, HttpFailure> outcome_of(const HttpRequest& request) {
        if (failure) return *failure;
        HttpAnswer answer;
        answer.status = 200;
        if (ahead) answer.date = moment_of(clock_.wall()) + *ahead;
        if (other_answer && asked_at.size() > good_answers) {
            answer.status = other_status;
            answer.body = *other_answer;
            return answer;
        }
        const auto asked = nlohmann::json::parse(request.body);
        std::string rows;
        std::size_t count = 0;
        for (const Call& call : calls) {
            const std::int64_t from = asked["startTimestamp"], to = asked["endTimestamp"];
            // The first question is for everything.
            if (asked_at.size() > 1 && !lies_within(call, from, to)) continue;
            rows += fmt::format(R"({}{{"callId":"{}","startCallTs":{},"endTs":{}}})",
                                count++ == 0 ? "" : ",", call.id, call.start.value_or(0),
                                call.end.value_or(0));
        }
        answer.body = v1_answer(rows, std::to_string(count));
        return answer;
    }

    TestClock& clock_;
    std::vector<HttpCompletion> completed_;
};

class ServiceChecks : public testing::Test {
  protected:
    ServiceChecks() { clock_.now = begin; }

    Findings check(const std::string& base = "https://host.example") {
        const SourceSettings settings{
            .identity = {.name = "a", .sdk_app_id = app_id},
            .endpoint = {.base = base, .sdk_app_id = app_id, .identifier = "administrator"},
            .credential = ReadyMadeUserSig{Secret{"sig"}},
            .policy = {.revisit = {Seconds{3'600}},
                       .overlap = Seconds{600},
                       .poll_interval = Seconds{60},
                       .retention = Seconds{604'800},
                       .window_max = Seconds{86'400}},
            .requests = {.rate_limit = rate_limit_}};
        return check_service(settings, clock_, service_, 1);
    }
    static Finding of(const Findings& findings, const std::string& subject) {
        const auto found =
            std::find_if(findings.begin(), findings.end(),
                         [&](const Finding& finding) { return finding.subject == subject; });
        return found == findings.end() ? Finding{{}, "none is of " + subject, {}} : *found;
    }
    /// A finished call, so many seconds ago.
    static Call finished(const std::string& id, std::int64_t ago, std::int64_t length) {
        const std::int64_t start = begin.count() / 1000 - ago;
        return {id, start, start + length};
    }

    TestClock clock_;
    Service service_{clock_};
    int rate_limit_ = 50;
};

TEST_F(ServiceChecks, AFailureIsToldAtTheStepWhereItAroseAndNothingAfterIt) {
    struct Case {
        HttpFailureKind kind;
        const char* subject;
        const char* remedy;
        std::size_t steps;
    };
    for (const Case& each : {Case{HttpFailureKind::name_resolution, "name", "getent hosts", 1},
                             Case{HttpFailureKind::connect, "connection", "firewall", 2},
                             Case{HttpFailureKind::tls, "TLS", "ca-certificates", 3},
                             Case{HttpFailureKind::timeout, "answer", "status page", 4},
                             Case{HttpFailureKind::broken, "answer", "status page", 4},
                             Case{HttpFailureKind::too_large, "answer", "status page", 4}}) {
        service_.failure = HttpFailure{each.kind, "why it failed"};
        const Findings findings = check();
        ASSERT_EQ(findings.size(), each.steps);
        for (std::size_t i = 0; i + 1 < findings.size(); ++i)
            EXPECT_EQ(findings[i].verdict, Verdict::good) << findings[i].subject;
        EXPECT_EQ(findings.back().verdict, Verdict::failure);
        EXPECT_EQ(findings.back().subject, each.subject);
        EXPECT_EQ(findings.back().text, "why it failed");
        EXPECT_THAT(findings.back().remedy, HasSubstr(each.remedy));
    }
}

TEST_F(ServiceChecks, OnlyANameNeedsDnsAndOnlyHttpsACertificate) {
    struct Case {
        const char* base;
        bool is_address, has_tls;
    };
    for (const Case& each :
         {Case{"https://host.example", false, true}, Case{"https://host.example:8443", false, true},
          Case{"https://127.0.0.1:8443", true, true}, Case{"https://192.0.2.7/api", true, true},
          Case{"https://[::1]:8443", true, true}, Case{"http://127.0.0.1:80", true, false},
          Case{"http://localhost:80", false, false}}) {
        const Findings findings = check(each.base);
        EXPECT_THAT(of(findings, "name").text,
                    HasSubstr(each.is_address ? "needs no DNS" : "is known to DNS"))
            << each.base;
        EXPECT_EQ(of(findings, "TLS").subject == "TLS", each.has_tls) << each.base;
        EXPECT_FALSE(needs_attention(findings)) << findings_text(findings);
    }
}

TEST_F(ServiceChecks, TheClockIsComparedWithTheAnswersDate) {
    struct Case {
        std::optional<Seconds> service_ahead;
        Verdict verdict;
        const char* text;
    };
    for (const Case& each :
         {Case{std::nullopt, Verdict::skipped, "no answer carried a date"},
          Case{Seconds{0}, Verdict::good, "agrees"}, Case{Seconds{20}, Verdict::good, "agrees"},
          Case{Seconds{180}, Verdict::advice, "3m behind"},
          Case{Seconds{-180}, Verdict::advice, "ahead of"},
          Case{Seconds{3'600}, Verdict::failure, "1h behind the service's; more than"},
          Case{Seconds{-3'600}, Verdict::failure, "schedule.overlap (10m)"}}) {
        service_.ahead = each.service_ahead;
        const Finding clock = of(check(), "clock");
        EXPECT_EQ(clock.verdict, each.verdict) << clock.text;
        EXPECT_THAT(clock.text, HasSubstr(each.text));
        EXPECT_EQ(clock.remedy.empty(),
                  each.verdict == Verdict::good || each.verdict == Verdict::skipped);
    }
}

TEST_F(ServiceChecks, WhatAPersonMustMendIsToldApartFromWhatPasses) {
    struct Case {
        int status, code;
        const char* remedy;
    };
    for (const Case& each : {Case{200, 70002, "mend what the message names"},  // wrong signature
                             Case{200, 70003, "mend what the message names"},  // expired
                             Case{200, 70001, "mend what the message names"},  // malformed
                             Case{200, 70005, "try again"},                    // too many
                             Case{502, 0, "try again"}}) {
        service_.other_status = each.status;
        service_.other_answer =
            fmt::format(R"({{"errorCode":{},"errorMessage":"no","requestId":"r"}})", each.code);
        const Findings findings = check();
        const Finding request = of(findings, "request");
        EXPECT_EQ(request.verdict, Verdict::failure) << each.code;
        EXPECT_THAT(request.remedy, HasSubstr(each.remedy)) << request.text;
        EXPECT_EQ(findings.back().subject, "request");
    }
}

TEST_F(ServiceChecks, TheFiltersReadingIsToldByCallsAskedForInParts) {
    const auto either = [](const Call& call, std::int64_t from, std::int64_t to) {
        return starts_within(call, from, to) || ends_within(call, from, to);
    };
    const auto overlaps = [](const Call& call, std::int64_t from, std::int64_t to) {
        return *call.start <= to && *call.end >= from;
    };
    const auto whole = [](const Call& call, std::int64_t from, std::int64_t to) {
        return starts_within(call, from, to) && ends_within(call, from, to);
    };
    const auto one_only = [](const Call& call, std::int64_t from, std::int64_t to) {
        return call.id == "a" && starts_within(call, from, to);
    };
    service_.calls = {finished("a", 9'000, 60), finished("b", 8'000, 12), finished("c", 7'000, 600),
                      finished("d", 6'000, 60)};
    for (const auto& [reading, words] :
         {std::pair<Reading, const char*>{starts_within,
                                          "when its start does (asked for parts of "
                                          "3 calls)"},
          {ends_within, "when its end does (asked"},
          {either, "when its start or its end does"},
          {overlaps, "when any moment of it does"},
          {whole, "only with its start and its end"},
          {one_only, "the answers do not agree"}}) {
        service_.lies_within = reading;
        service_.asked_at.clear();
        const Findings findings = check();
        EXPECT_THAT(of(findings, "request").text, HasSubstr("4 records on the first page"));
        EXPECT_THAT(of(findings, "filter").text, HasSubstr(words));
        EXPECT_EQ(of(findings, "filter").verdict, Verdict::good);
        EXPECT_EQ(service_.asked_at.size(), 10U);
    }
}

TEST_F(ServiceChecks, OnlyFinishedCallsOfSomeLengthTellOfTheFilter) {
    const Call whole = finished("a", 9'000, 60);
    service_.calls = {finished("short", 9'000, 11),
                      {"endless", whole.start, std::nullopt},
                      {"unstarted", std::nullopt, whole.end}};
    Findings findings = check();
    EXPECT_THAT(of(findings, "filter").text, HasSubstr("no finished call of 12 s or more"));
    EXPECT_EQ(service_.asked_at.size(), 1U);

    service_.calls = {whole};
    service_.asked_at.clear();
    findings = check();
    EXPECT_THAT(of(findings, "filter").text, HasSubstr("asked for parts of 1 call)"));
    EXPECT_THAT(of(findings, "request").text, HasSubstr("1 record on the first page"));
}

TEST_F(ServiceChecks, AnErrorWhileTheFilterIsLookedAtSpoilsNothingElse) {
    service_.calls = {finished("a", 9'000, 60)};
    service_.other_answer = R"({"errorCode":70005,"errorMessage":"slow down","requestId":"r"})";
    // At the start of the call, at its end, and at its middle.
    for (const std::size_t answers : {1U, 2U, 3U}) {
        service_.good_answers = answers;
        service_.asked_at.clear();
        const Findings findings = check();
        EXPECT_EQ(of(findings, "filter").verdict, Verdict::skipped);
        EXPECT_THAT(of(findings, "filter").text, HasSubstr("too many requests"));
        EXPECT_FALSE(needs_attention(findings)) << findings_text(findings);
    }
}

TEST_F(ServiceChecks, AnAnswerThatNeverComesEndsTheWait) {
    service_.silent = true;
    const Findings findings = check();
    EXPECT_EQ(findings.back().subject, "answer");
    EXPECT_EQ(findings.back().text, "no answer came in time");
    EXPECT_EQ(service_.cancelled, 1);
    EXPECT_EQ(clock_.now - begin, Milliseconds{15'000});
}

TEST_F(ServiceChecks, TheAnswerToSomethingElseIsNotTakenForIts) {
    service_.stray = true;
    EXPECT_THAT(of(check(), "request").text,
                AllOf(HasSubstr("0 records"), Not(HasSubstr("HTTP status"))));
}

TEST_F(ServiceChecks, TheRateLimitHoldsForTheDoctorToo) {
    rate_limit_ = 1;
    service_.calls = {finished("a", 9'000, 60)};
    check();
    ASSERT_EQ(service_.asked_at.size(), 4U);
    for (std::size_t i = 1; i < service_.asked_at.size(); ++i)
        EXPECT_GE(service_.asked_at[i] - service_.asked_at[i - 1], Milliseconds{1'000});
}

}  // namespace
}  // namespace callarchive
