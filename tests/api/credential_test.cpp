#include "api/credential.h"

#include "api/user_sig.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

Instant at(std::int64_t seconds) {
    return Instant{Seconds{seconds}};
}

Credential signing() {
    return {SecretKey{Secret{"key"}}, 1400000000, "administrator"};
}

std::int64_t signed_at(Credential& credential, std::int64_t now) {
    const auto claim = read_user_sig(credential.user_sig(at(now)).value());
    return unix_seconds(claim.value().signed_at);
}

TEST(credential, keeps_a_user_sig_until_a_tenth_is_left) {
    Credential credential = signing();
    EXPECT_EQ(signed_at(credential, 1'000'000), 1'000'000);
    EXPECT_EQ(signed_at(credential, 1'000'000 + 77'759), 1'000'000);
    EXPECT_EQ(signed_at(credential, 1'000'000 + 77'760), 1'077'760);
}

TEST(credential, signs_again_when_the_clock_steps_back) {
    Credential credential = signing();
    EXPECT_EQ(signed_at(credential, 1'000'000), 1'000'000);
    EXPECT_EQ(signed_at(credential, 999'999), 999'999);
}

TEST(credential, renews_what_it_can_sign) {
    Credential credential = signing();
    EXPECT_EQ(signed_at(credential, 1'000'000), 1'000'000);
    EXPECT_TRUE(credential.renew());
    EXPECT_EQ(signed_at(credential, 1'000'010), 1'000'010);
}

TEST(credential, hands_out_a_ready_made_one_as_it_is) {
    Credential credential{ReadyMadeUserSig{Secret{"made"}}, 1400000000, "administrator"};
    EXPECT_EQ(credential.user_sig(at(1)).value().reveal(), "made");
    EXPECT_FALSE(credential.renew());
    EXPECT_EQ(credential.user_sig(at(2)).value().reveal(), "made");
}

}  // namespace
}  // namespace callarchive
