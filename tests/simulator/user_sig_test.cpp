#include "simulator/user_sig.h"

#include <gtest/gtest.h>

namespace callarchive::simulator {
namespace {

const Moment now = moment_from_unix(1'700'000'000);
const SigClaims claims{1'400'000'000, "administrator", "key"};

TEST(UserSig, IsValidUntilItsEnd) {
    const std::string sig = make_user_sig(claims, now, Seconds{60});
    Moment expires;
    EXPECT_EQ(verify_user_sig(sig, claims, now, &expires), Verdict::valid);
    EXPECT_EQ(expires, now + Seconds{60});
    EXPECT_EQ(verify_user_sig(sig, claims, now + Seconds{60}), Verdict::valid);
    EXPECT_EQ(verify_user_sig(sig, claims, now + Seconds{61}), Verdict::expired);
}

TEST(UserSig, BelongsToOneKeyOneUserAndOneApplication) {
    const std::string sig = make_user_sig(claims, now, Seconds{60});
    EXPECT_EQ(verify_user_sig(sig, {1'400'000'000, "administrator", "other"}, now),
              Verdict::forged);
    EXPECT_EQ(verify_user_sig(sig, {1'400'000'000, "somebody", "key"}, now), Verdict::other_user);
    EXPECT_EQ(verify_user_sig(sig, {1'400'000'001, "administrator", "key"}, now),
              Verdict::other_app);
}

TEST(UserSig, DamagedIsMalformed) {
    const std::string sig = make_user_sig(claims, now, Seconds{60});
    for (std::size_t size = 0; size < sig.size(); ++size) {
        EXPECT_NE(verify_user_sig(sig.substr(0, size), claims, now), Verdict::valid) << size;
    }
    EXPECT_EQ(verify_user_sig("", claims, now), Verdict::malformed);
    EXPECT_EQ(verify_user_sig("AAAA", claims, now), Verdict::malformed);
    EXPECT_EQ(verify_user_sig(std::string(4000, '_'), claims, now), Verdict::malformed);
}

// Made with Python's hmac and zlib, by the vendor's description.
TEST(UserSig, AcceptsOneThatAnotherProgramMade) {
    EXPECT_EQ(verify_user_sig(
                  "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkElNyM-Myi0uKEkvyi2BKilOyEwsKMlOACgxN"
                  "DKAAKpdaUZBZlAqUMTaDi5Vk5oJEDM3R1BZnpoPssIwqLXfUDjV0zTbycK7wSAspyTYO9Q3xKPLKc3F2"
                  "qky2dM6JrKoqyEoLMLFVqgUADGs1Tg__",
                  claims, now),
              Verdict::valid);
}

}  // namespace
}  // namespace callarchive::simulator
