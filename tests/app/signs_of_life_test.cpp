#include "app/daemon/signs_of_life.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

constexpr Milliseconds second{1'000};

SourceIdentity identity(const char* name) {
    return {.name = name, .sdk_app_id = 1};
}

void turn_for(SignsOfLife& signs, int seconds) {
    for (int i = 0; i < seconds; ++i)
        signs.turned(second);
}

TEST(SignsOfLife, ADaemonThatOnlyTurnsRoundIsNotWell) {
    SignsOfLife signs;
    signs.expect({"a"}, 10 * second);
    turn_for(signs, 10);
    EXPECT_TRUE(signs.all_well());
    turn_for(signs, 1);
    EXPECT_FALSE(signs.all_well());
}

TEST(SignsOfLife, EverythingThatAnApplicationDoesIsASign) {
    SignsOfLife signs;
    signs.expect({"a"}, 10 * second);
    const auto revived_by = [&](auto sign) {
        turn_for(signs, 11);
        ASSERT_FALSE(signs.all_well());
        sign();
        EXPECT_TRUE(signs.all_well());
    };
    revived_by([&] { signs.on_request(identity("a"), {}); });
    revived_by([&] { signs.on_window(identity("a"), {}); });
    revived_by([&] {
        signs.on_failure(identity("a"),
                         {.error = {ErrorKind::temporary, "x"}, .window = std::nullopt});
    });
    revived_by([&] {
        SourceReport report;
        report.identity = identity("a");
        signs.on_cycle(report);
    });
}

TEST(SignsOfLife, OneApplicationDoesNotSpeakForAnother) {
    SignsOfLife signs;
    signs.expect({"a", "b"}, 10 * second);
    for (int i = 0; i < 20; ++i) {
        signs.turned(second);
        signs.on_request(identity("a"), {});
    }
    EXPECT_FALSE(signs.all_well());
    signs.expect({"a"}, 10 * second);
    EXPECT_TRUE(signs.all_well());
    signs.expect({"a", "b"}, 10 * second);
    EXPECT_TRUE(signs.all_well());
}

TEST(SignsOfLife, TimeAsleepIsNoSilence) {
    SignsOfLife signs;
    signs.expect({"a"}, 10 * second);
    signs.turned(std::chrono::hours{8});
    EXPECT_TRUE(signs.all_well());
}

TEST(SignsOfLife, MoreIsAllowedThanTheLongestWaitOfAHealthyDaemon) {
    EXPECT_GT(silence_allowed(Seconds{60}, Milliseconds{10'000}), Milliseconds{600'000});
    EXPECT_GT(silence_allowed(Seconds{86'400}, Milliseconds{10'000}), Milliseconds{86'400'000});
}

TEST(SignsOfLife, AnApplicationThatHasLeftIsOfNoConcern) {
    SignsOfLife signs;
    signs.expect({"a"}, 10 * second);
    turn_for(signs, 11);
    signs.on_request(identity("b"), {});
    EXPECT_FALSE(signs.all_well());
    signs.expect({}, 10 * second);
    signs.on_request(identity("a"), {});
    turn_for(signs, 11);
    EXPECT_TRUE(signs.all_well());
}

}  // namespace
}  // namespace callarchive
