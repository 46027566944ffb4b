#include "app/http/health.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

constexpr HealthTerms terms{.poll_interval = Seconds{60},
                            .request_timeout = Milliseconds{10'000},
                            .retention = Seconds{604'800}};
const Moment now = moment_from_unix(1'700'000'000);

SourceReport good_report() {
    SourceReport report{.identity = {.name = "production", .sdk_app_id = 1400000000},
                        .cursor = {},
                        .head = {},
                        .margin = Seconds{600'000},
                        .last_success = {},
                        .newest_poll = now - Seconds{60}};
    return report;
}

TEST(Health, IsNotReadyBeforeAnythingWasSeen) {
    EXPECT_FALSE(Health{}.ready(now).good);
}

TEST(Health, IsReadyWhenPolledLatelyWithMarginAndNoUnacknowledgedGap) {
    Health health;
    health.update({good_report()}, terms);
    EXPECT_TRUE(health.ready(now).good);
}

TEST(Health, SaysEveryReasonForNotBeingReady) {
    SourceReport report = good_report();
    report.newest_poll = now - Seconds{191};
    report.margin = Seconds{86'400};
    report.unread_gaps_unacknowledged = true;
    Health health;
    health.update({report}, terms);
    const auto verdict = health.ready(now);
    EXPECT_FALSE(verdict.good);
    for (const char* part : {"newest successful poll", "left until unread", "not acknowledged"}) {
        EXPECT_NE(verdict.json.find(part), std::string::npos) << part;
    }
    report.newest_poll = now - Seconds{190};
    report.margin = Seconds{86'401};
    report.unread_gaps_unacknowledged = false;
    health.update({report}, terms);
    EXPECT_TRUE(health.ready(now).good);
}

TEST(Health, OneApplicationInTroubleIsEnough) {
    SourceReport bad = good_report();
    bad.newest_poll.reset();
    Health health;
    health.update({good_report(), bad}, terms);
    EXPECT_FALSE(health.ready(now).good);
}

TEST(Health, IsAliveWhileTheLoopComesRound) {
    Health health;
    health.heartbeat(Monotonic{Seconds{100}});
    EXPECT_TRUE(health.alive(Monotonic{Seconds{160}}).good);
    EXPECT_FALSE(health.alive(Monotonic{Seconds{161}}).good);
}

}  // namespace
}  // namespace callarchive
