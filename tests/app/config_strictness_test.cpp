#include "api/user_sig.h"
#include "app/config_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>

namespace callarchive {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr Moment now = moment_from_unix(1'800'000'000);

/// A configuration with a UserSig signed at `now`.
std::string with_user_sig(const std::string& identifier, std::int64_t sdk_app_id,
                          Seconds validity) {
    const auto user_sig = make_user_sig({.identifier = identifier,
                                         .sdk_app_id = sdk_app_id,
                                         .signed_at = now,
                                         .validity = validity},
                                        Secret{"key"});
    return fmt::format("apps:\n  - sdk_app_id: 1400000000\n    user_sig: {}\n", user_sig->reveal());
}

std::string in_capitals(std::string key) {
    for (char& c : key)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return key;
}

std::variant<Config, std::vector<Problem>> read_at(const std::string& text, Moment when,
                                                   Secrets secrets = Secrets::needed) {
    return read_config(text, "c.yaml", {}, secrets, when);
}

TEST(ConfigStrictness, ANameGivenTwiceIsToldThoughTheApplicationIsUnusableToo) {
    EXPECT_THAT(problems_of("apps:\n"
                            "  - name: production\n"
                            "    sdk_app_id: many\n"
                            "    secret_key: k\n"
                            "  - name: production\n"
                            "    sdk_app_id: 1400000001\n"
                            "    secret_key: k\n"),
                ElementsAre(HasSubstr("apps[0].sdk_app_id: found 'many'"),
                            HasSubstr("apps[1].name: 'production' names two applications")));
    EXPECT_THAT(problems_of("apps:\n"
                            "  - {sdk_app_id: many, secret_key: k}\n"
                            "  - {sdk_app_id: more, secret_key: k}\n"),
                ElementsAre(HasSubstr("apps[0].sdk_app_id"), HasSubstr("apps[1].sdk_app_id")));
}

TEST(ConfigStrictness, EveryProblemIsToldAtOnceInTheFilesOrder) {
    EXPECT_THAT(problems_of("archive: {cach: 64MiB}\n"
                            "apps:\n"
                            "  - sdk_app_id: nine\n"
                            "    secret_key: k\n"
                            "schedule:\n"
                            "  poll_intervall: 1m\n"
                            "  revisit: [1h, 7d]\n"
                            "requests:\n"
                            "  timeout: 3s\n"
                            "  rate_limit: 201\n"
                            "  rate_limit: 5\n"),
                ElementsAre(HasSubstr("c.yaml:1:11: archive.cach: unknown key; allowed: path, "
                                      "cache; did you mean 'cache'?"),
                            StartsWith("c.yaml:3:17: apps[0].sdk_app_id: found 'nine'; allowed: "),
                            HasSubstr("c.yaml:6:3: schedule.poll_intervall: "),
                            HasSubstr("c.yaml:7:12: schedule.revisit: the last revisit age (7d)"),
                            HasSubstr("c.yaml:9:12: requests.timeout: found 3s"),
                            HasSubstr("c.yaml:10:15: requests.rate_limit: found '201'"),
                            HasSubstr("c.yaml:11:3: requests.rate_limit: given twice")));
}

TEST(ConfigStrictness, ASecondDocumentIsNotPassedOver) {
    EXPECT_THAT(problems_of("---\n" + one_app + "...\n"), IsEmpty());
    EXPECT_THAT(problems_of(one_app + "---\nlog: {level: debug}\n"),
                ElementsAre(HasSubstr("found a second document")));
}

TEST(ConfigStrictness, BytesThatAreNoUtf8AreRefusedAndNotShown) {
    EXPECT_THAT(
        problems_of("archive:\n  path: /srv/\xe9t\xe9.db\n" + one_app),
        ElementsAre(AllOf(StartsWith("c.yaml:2:9: "), HasSubstr("UTF-8"), Not(HasSubstr("\xe9")))));
    EXPECT_THAT(
        problems_of("p\xe9th: /srv/calls.db\n" + one_app),
        ElementsAre(AllOf(StartsWith("c.yaml:1:1: "), HasSubstr("UTF-8"), Not(HasSubstr("\xe9")))));
    EXPECT_THAT(problems_of(one_app, {{"CALLARCHIVE_ARCHIVE_PATH", "/srv/\xe9t\xe9.db"}}),
                ElementsAre(AllOf(StartsWith("CALLARCHIVE_ARCHIVE_PATH: "), HasSubstr("UTF-8"),
                                  Not(HasSubstr("\xe9")))));
    EXPECT_THAT(problems_of("archive:\n  path: /srv/\xc3\xa9t\xc3\xa9.db\n" + one_app), IsEmpty());
}

TEST(ConfigStrictness, TheEnvironmentDoesNotCoverUpWhatIsWrongInTheFile) {
    const Environment environment{{"CALLARCHIVE_SCHEDULE_OVERLAP", "5m"}};
    EXPECT_THAT(problems_of(one_app + "schedule: often\n", environment),
                ElementsAre(HasSubstr("schedule: found a text; allowed: a mapping")));
    EXPECT_THAT(problems_of("[]\n", environment), Not(IsEmpty()));
    EXPECT_THAT(problems_of(one_app + "schedule:\n", environment), IsEmpty());
}

TEST(ConfigStrictness, AKeysVariableMayBeginLikeASetting) {
    const std::string text = "apps: [{sdk_app_id: 1400000000, secret_key_env: CALLARCHIVE_KEY}]\n";
    EXPECT_THAT(problems_of(text, {{"CALLARCHIVE_KEY", "k"}}), IsEmpty());
    EXPECT_THAT(problems_of("apps: [{sdk_app_id: 1400000000}]\n",
                            {{"CALLARCHIVE_APPS_0_SECRET_KEY_ENV", "CALLARCHIVE_KEY"},
                             {"CALLARCHIVE_KEY", "k"}}),
                IsEmpty());
    EXPECT_THAT(problems_of(one_app, {{"CALLARCHIVE_KEY", "k"}}),
                ElementsAre(HasSubstr("CALLARCHIVE_KEY: unknown setting")));
}

TEST(ConfigStrictness, ASecretUnderTheWrongKeyIsNotShown) {
    const std::string secret = "c0ffee0123456789abcdef0123456789";
    for (const char* key : {"secret_key_env", "secret_key_file", "user_sig_file", "user_sig"}) {
        EXPECT_THAT(
            problems_of(fmt::format("apps: [{{sdk_app_id: 1400000000, {}: {}}}]\n", key, secret)),
            ElementsAre(AllOf(HasSubstr(key), Not(HasSubstr(secret)))))
            << key;
        EXPECT_THAT(problems_of("apps: [{sdk_app_id: 1400000000}]\n",
                                {{"CALLARCHIVE_APPS_0_" + in_capitals(key), secret}}),
                    ElementsAre(AllOf(HasSubstr(key), Not(HasSubstr(secret)))))
            << key;
    }
    EXPECT_THAT(problems_of("apps: [{sdk_app_id: 1400000000, secret_key_file: /no/such/file}]\n"),
                ElementsAre(HasSubstr("/no/such/file")));
}

TEST(ConfigStrictness, KubernetesServiceLinksAreNoSettings) {
    EXPECT_THAT(problems_of(one_app, {{"CALLARCHIVE_SERVICE_HOST", "10.0.0.1"},
                                      {"CALLARCHIVE_SERVICE_PORT_METRICS", "9177"},
                                      {"CALLARCHIVE_PORT", "tcp://10.0.0.1:9177"},
                                      {"CALLARCHIVE_PORT_9177_TCP_ADDR", "10.0.0.1"}}),
                IsEmpty());
}

TEST(ConfigStrictness, AnExpiredUserSigIsAProblemForThoseWhoNeedIt) {
    const std::string text = with_user_sig("administrator", 1'400'000'000, Seconds{3'600});
    const auto expired = read_at(text, now + Seconds{3'600});
    const auto* problems = std::get_if<std::vector<Problem>>(&expired);
    ASSERT_NE(problems, nullptr);
    ASSERT_EQ(problems->size(), 1U);
    EXPECT_THAT(problems->front().line(), HasSubstr("apps[0].user_sig: the UserSig expired at "));
    EXPECT_TRUE(
        std::holds_alternative<Config>(read_at(text, now + Seconds{3'600}, Secrets::not_needed)));
}

TEST(ConfigStrictness, AUserSigNearItsEndIsAWarning) {
    const std::string text = with_user_sig("administrator", 1'400'000'000, std::chrono::days{30});
    EXPECT_TRUE(std::get<Config>(read_at(text, now)).warnings.empty());
    const auto late = std::get<Config>(read_at(text, now + std::chrono::days{24}));
    ASSERT_EQ(late.warnings.size(), 1U);
    EXPECT_THAT(late.warnings.front().line(),
                StartsWith("c.yaml:3:15: apps[0].user_sig: the UserSig expires in 6d"));
}

TEST(ConfigStrictness, AUserSigOfAnotherApplicationOrPersonIsRefused) {
    EXPECT_THAT(problems_of(with_user_sig("someone", 1'500'000'000, Seconds{3'600})),
                ElementsAre(HasSubstr("made for SDKAppID 1500000000, not 1400000000"),
                            HasSubstr("made for 'someone'")));
}

TEST(ConfigStrictness, WhereThereIsNoneTheOtherWaysAreTold) {
    if (std::filesystem::exists("/etc/callarchive/callarchive.yaml"))
        GTEST_SKIP() << "this machine has a configuration";
    const auto loaded = load_config(std::nullopt, {}, Secrets::needed);
    const auto* problems = std::get_if<std::vector<Problem>>(&loaded);
    ASSERT_NE(problems, nullptr);
    EXPECT_THAT(problems->front().text,
                AllOf(HasSubstr("--config"), HasSubstr("CALLARCHIVE_APPS_0_SDK_APP_ID")));
    // A file that was named and is not there is a mistake that variables do not mend.
    const auto named = load_config("/nowhere/c.yaml", {}, Secrets::needed);
    EXPECT_THAT(std::get<std::vector<Problem>>(named).front().text,
                Not(HasSubstr("CALLARCHIVE_APPS_0")));
}

}  // namespace
}  // namespace callarchive
