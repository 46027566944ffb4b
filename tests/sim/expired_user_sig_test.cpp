#include "sim/bench_top.h"
#include "sim/tiny_api.h"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace callarchive::testing {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::Lt;
using ::testing::SizeIs;

constexpr std::int64_t begin = 1'700'000'000;

TinyApi week_of_calls(int calls) {
    TinyApi api;
    for (int i = 0; i < calls; ++i) {
        const std::int64_t start = begin - 604'000 + std::int64_t{600'000} * i / calls;
        api.calls.push_back({.id = "call-" + std::to_string(i),
                             .start = start,
                             .end = start + 60,
                             .visible_from = start + 60});
    }
    return api;
}

/// An API that calls a UserSig expired whenever it likes to, and asks for one that is newer.
struct ForgetfulApi {
    VirtualNetwork::Reply operator()(const HttpRequest& request, Instant at) {
        const std::string url{request.url.reveal()};
        const std::size_t from = url.find("usersig=");
        const std::string user_sig = url.substr(from, url.find('&', from) - from);
        HttpAnswer answer = api.answer(request, unix_seconds(moment_of(at)));
        if (refuses_all || refused.contains(user_sig)) {
            answer.body = R"({"errorCode":70003,"errorMessage":"usersig expired","requestId":"r"})";
        } else {
            accepted.insert(user_sig);
        }
        refused_at += answer.body.find("70003") == std::string::npos ? 0 : 1;
        return {answer, Milliseconds{50}};
    }
    void expire_all() { refused.merge(accepted); }

    TinyApi api = week_of_calls(20'000);
    std::set<std::string> accepted{}, refused{};
    bool refuses_all = false;
    int refused_at = 0;  ///< how many requests
};

struct ExpiredUserSig : ::testing::Test {
    ForgetfulApi service;
    BenchTop bench{moment_from_unix(begin), std::ref(service), 1};
    SourceSettings settings = settings_with(default_policy());
};

TEST_F(ExpiredUserSig, IsMadeAnewThoughManyPagesWereUnderWayWithTheOldOne) {
    settings.requests.concurrency = 20;
    settings.requests.rate_limit = 200;
    bench.start(Mode::follow, {settings});
    bench.run_for(Seconds{1});
    ASSERT_THAT(service.accepted, SizeIs(1));
    service.expire_all();
    bench.run_for(Seconds{60});
    EXPECT_GT(service.refused_at, 3);
    EXPECT_LE(service.refused_at, 20);
    EXPECT_TRUE(bench.witness.failures.empty()) << bench.witness.failures.front().error.message;
    bench.kill();
    EXPECT_EQ(bench.archived().size(), 20'000U);
}

TEST_F(ExpiredUserSig, IsMadeAnewEachTimeThatTheServiceTurnsOutNotToKnowIt) {
    bench.start(Mode::follow, {settings});
    for (int time = 0; time < 4; ++time) {
        bench.run_for(Seconds{400});
        service.expire_all();
    }
    bench.run_for(Seconds{400});
    EXPECT_THAT(service.refused, SizeIs(4));
    EXPECT_THAT(service.accepted, SizeIs(1));
    EXPECT_TRUE(bench.witness.failures.empty());
}

TEST_F(ExpiredUserSig, IsATaskForAPersonWhereANewOneIsRefusedToo) {
    service.refuses_all = true;
    bench.start(Mode::follow, {settings});
    bench.run_for(Seconds{3'600});
    EXPECT_THAT(bench.network.requests, Lt(40));
    ASSERT_FALSE(bench.witness.failures.empty());
    EXPECT_THAT(bench.witness.failures,
                Each(Field(&FailureReport::error, Field(&Error::kind, ErrorKind::configuration))));
    EXPECT_THAT(bench.witness.failures.front().error.message,
                ::testing::HasSubstr("check this machine's clock"));
    service.refuses_all = false;
    bench.run_for(Seconds{1'200});
    bench.kill();
    // All but those that were gone by then.
    EXPECT_GT(bench.archived().size(), 19'800U);
}

TEST_F(ExpiredUserSig, IsATaskForAPersonAtOnceWhereSomebodyElseMadeIt) {
    settings.credential = ReadyMadeUserSig{Secret{"eJw-made-elsewhere"}};
    bench.start(Mode::follow, {settings});
    bench.run_for(Seconds{1});
    service.expire_all();
    bench.run_for(Seconds{3'600});
    EXPECT_THAT(service.refused_at, Lt(40));
    ASSERT_FALSE(bench.witness.failures.empty());
    EXPECT_EQ(bench.witness.failures.front().error.kind, ErrorKind::configuration);
    EXPECT_EQ(bench.witness.failures.front().consecutive, 1);
}

}  // namespace
}  // namespace callarchive::testing
