#include "api/user_sig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace callarchive {
namespace {

const Secret key{"5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"};

UserSigClaim claim_for(std::string identifier) {
    return {.identifier = std::move(identifier),
            .sdk_app_id = 1400000000,
            .signed_at = moment_from_unix(1700000000),
            .validity = Seconds{86400}};
}

/// Undoes the steps as the vendor's page tells them, without our code.
std::string decoded(std::string text) {
    std::replace(text.begin(), text.end(), '*', '+');
    std::replace(text.begin(), text.end(), '-', '/');
    std::replace(text.begin(), text.end(), '_', '=');
    std::vector<unsigned char> packed(text.size());
    const int length = EVP_DecodeBlock(
        packed.data(), reinterpret_cast<const unsigned char*>(text.data()), int(text.size()));
    std::vector<unsigned char> json(10000);
    uLongf size = json.size();
    EXPECT_EQ(uncompress(json.data(), &size, packed.data(), uLong(length)), Z_OK);
    return {json.begin(), json.begin() + long(size)};
}

/// Any text in the clothes of a UserSig.
Secret dressed(const std::string& json) {
    std::vector<unsigned char> packed(compressBound(json.size()));
    uLongf size = packed.size();
    EXPECT_EQ(
        compress(packed.data(), &size, reinterpret_cast<const Bytef*>(json.data()), json.size()),
        Z_OK);
    std::string text(4 * (size / 3 + 1) + 1, '\0');
    text.resize(std::size_t(
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), packed.data(), int(size))));
    std::replace(text.begin(), text.end(), '+', '*');
    std::replace(text.begin(), text.end(), '/', '-');
    std::replace(text.begin(), text.end(), '=', '_');
    return Secret{text};
}

std::string hmac_base64(const std::string& text) {
    unsigned char digest[32];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.reveal().data(), int(key.reveal().size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
    unsigned char out[64];
    return {reinterpret_cast<char*>(out), std::size_t(EVP_EncodeBlock(out, digest, int(size)))};
}

TEST(user_sig, holds_the_claim_and_its_signature) {
    const auto made = make_user_sig(claim_for("administrator"), key);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->reveal().find_first_of("+/="), std::string::npos);
    simdjson::dom::parser parser;
    const std::string json = decoded(made->reveal());
    const simdjson::dom::element claim = parser.parse(json);
    EXPECT_EQ(std::string_view(claim["TLS.ver"]), "2.0");
    EXPECT_EQ(std::string_view(claim["TLS.identifier"]), "administrator");
    EXPECT_EQ(std::int64_t(claim["TLS.sdkappid"]), 1400000000);
    EXPECT_EQ(std::int64_t(claim["TLS.time"]), 1700000000);
    EXPECT_EQ(std::int64_t(claim["TLS.expire"]), 86400);
    EXPECT_EQ(std::string_view(claim["TLS.sig"]),
              hmac_base64("TLS.identifier:administrator\nTLS.sdkappid:1400000000\n"
                          "TLS.time:1700000000\nTLS.expire:86400\n"));
}

TEST(user_sig, can_be_read_again) {
    for (const char* identifier : {"administrator", "with \"quotes\" \\ and\nlines", "名前", ""}) {
        const auto made = make_user_sig(claim_for(identifier), key);
        ASSERT_TRUE(made);
        const auto claim = read_user_sig(*made);
        ASSERT_TRUE(claim) << claim.error().message;
        EXPECT_EQ(claim->identifier, identifier);
        EXPECT_EQ(claim->sdk_app_id, 1400000000);
        EXPECT_EQ(claim->signed_at, moment_from_unix(1700000000));
        EXPECT_EQ(claim->validity, Seconds{86400});
    }
}

TEST(user_sig, what_is_none_is_refused_without_being_shown) {
    for (const char* text : {"", "canary", "canarycanary", "????", "eJwcanaryAAA", "c*nary__"}) {
        const auto claim = read_user_sig(Secret{text});
        ASSERT_FALSE(claim) << text;
        EXPECT_EQ(claim.error().kind, ErrorKind::invalid_input);
        EXPECT_THAT(claim.error().message, testing::Not(testing::HasSubstr("nary")));
    }
}

TEST(user_sig, what_lacks_something_is_refused) {
    const std::string whole =
        R"({"TLS.identifier":"a","TLS.sdkappid":1,"TLS.time":1700000000,"TLS.expire":60})";
    ASSERT_TRUE(read_user_sig(dressed(whole)));
    for (const char* name : {"identifier", "sdkappid", "time", "expire"}) {
        std::string without = whole;
        without.replace(without.find(name), 1, "x");
        EXPECT_FALSE(read_user_sig(dressed(without))) << name;
        std::string odd = whole;
        odd.replace(odd.find(':', odd.find(name)) + 1, 1, "[],\"x\":1");
        EXPECT_FALSE(read_user_sig(dressed(odd))) << odd;
    }
    for (const char* other : {"", "[]", "canary", "{\"TLS.time\":"}) {
        const auto claim = read_user_sig(dressed(other));
        ASSERT_FALSE(claim) << other;
        EXPECT_THAT(claim.error().message, testing::Not(testing::HasSubstr("canary")));
    }
    // Unpacked it would be a hundred times as long.
    EXPECT_FALSE(read_user_sig(dressed(whole + std::string(1'000'000, ' '))));
    EXPECT_FALSE(read_user_sig(Secret{std::string(1'000'000, 'a')}));
}

TEST(user_sig, one_that_is_to_be_good_for_ever_is_so_for_very_long) {
    UserSigClaim claim = claim_for("administrator");
    for (const std::int64_t seconds : {INT64_MAX, INT64_MAX / 2, std::int64_t{1} << 41}) {
        claim.validity = Seconds{seconds};
        const auto read = read_user_sig(*make_user_sig(claim, key));
        ASSERT_TRUE(read);
        EXPECT_GT(read->signed_at + read->validity, moment_from_unix(1'000'000'000'000));
    }
    for (const std::int64_t nonsense : {INT64_MAX, INT64_MIN, std::int64_t{-1}}) {
        claim = claim_for("administrator");
        claim.signed_at = moment_from_unix(nonsense);
        EXPECT_FALSE(read_user_sig(*make_user_sig(claim, key))) << nonsense;
        claim = claim_for("administrator");
        claim.validity = Seconds{nonsense};
        EXPECT_EQ(read_user_sig(*make_user_sig(claim, key)).ok(), nonsense > 0) << nonsense;
    }
}

}  // namespace
}  // namespace callarchive
