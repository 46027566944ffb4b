#include "app/config_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

/// Two variables that make one whole application.
const Environment one_application{{"CALLARCHIVE_APPS_0_SDK_APP_ID", "1400000000"},
                                  {"CALLARCHIVE_APPS_0_SECRET_KEY", "not-a-real-key"}};

Environment with(Environment environment, const std::string& name, const std::string& value) {
    environment[name] = value;
    return environment;
}

TEST(ConfigEnvironment, VariablesAloneAreAConfiguration) {
    const auto read =
        read_config(std::nullopt, "environment",
                    with(one_application, "CALLARCHIVE_LOG_LEVEL", "warn"), Secrets::needed);
    const auto* config = std::get_if<Config>(&read);
    ASSERT_NE(config, nullptr);
    EXPECT_EQ(config->apps.at(0).settings.identity.sdk_app_id, 1'400'000'000);
    EXPECT_EQ(config->log_level, "warn");
    const auto none = read_config(std::nullopt, "environment", {}, Secrets::needed);
    EXPECT_THAT(std::get<std::vector<Problem>>(none).at(0).line(),
                StartsWith("environment: apps: missing"));
}

TEST(ConfigEnvironment, AListIsWrittenWithCommas) {
    const std::vector<Seconds> ages{Seconds{3'600}, Seconds{21'600}, Seconds{86'400}};
    for (const char* list : {"1h,6h,1d", "1h, 6h , 1d", "  1h,6h,,1d,", ",1h,6h,1d"}) {
        const auto read = read_config(one_app, "c.yaml", {{"CALLARCHIVE_SCHEDULE_REVISIT", list}},
                                      Secrets::needed);
        const auto* config = std::get_if<Config>(&read);
        ASSERT_NE(config, nullptr) << list;
        EXPECT_EQ(config->policy.revisit, ages) << list;
    }
    for (const char* empty : {"", ",", " , "}) {
        EXPECT_THAT(problems_of(one_app, {{"CALLARCHIVE_SCHEDULE_REVISIT", empty}}),
                    ElementsAre("CALLARCHIVE_SCHEDULE_REVISIT: schedule.revisit: found an empty "
                                "list; allowed: at least one age"))
            << empty;
    }
    EXPECT_THAT(problems_of(one_app, {{"CALLARCHIVE_SCHEDULE_REVISIT", "6h,1h"}}),
                ElementsAre(HasSubstr("ages that do not rise")));
}

TEST(ConfigEnvironment, ANameThatIsNotQuiteASettingIsUnknown) {
    for (const char* name :
         {"CALLARCHIVE_", "CALLARCHIVE_APPS", "CALLARCHIVE_APPS_", "CALLARCHIVE_APPS_0",
          "CALLARCHIVE_APPS_NAME", "CALLARCHIVE_APPS_X_NAME", "CALLARCHIVE_APPS_0NAME",
          "CALLARCHIVE_APPS_0_", "CALLARCHIVE_APPS_0_NAM", "CALLARCHIVE_APPS_-1_NAME",
          "CALLARCHIVE_APPS_1000_NAME", "CALLARCHIVE_APPS_99999999999999999999_NAME",
          "CALLARCHIVE_LOG", "CALLARCHIVE_LOG_LEVELS", "CALLARCHIVE_log_level"}) {
        EXPECT_THAT(
            problems_of(one_app, {{name, "1"}}),
            ElementsAre(StartsWith(std::string{name} + ": unknown setting in the environment")))
            << name;
    }
    EXPECT_THAT(problems_of(one_app, {{"CALLARCHIVE_APPS_0_NAM", "a"}}),
                ElementsAre(HasSubstr("did you mean 'CALLARCHIVE_APPS_0_NAME'?")));
    EXPECT_THAT(problems_of(one_app, {{"CALLARCHIVED_LOG_LEVEL", "1"}}), IsEmpty());
}

TEST(ConfigEnvironment, AnApplicationThatIsSkippedIsMissedByItsNumber) {
    EXPECT_THAT(problems_of("", {{"CALLARCHIVE_APPS_1_SDK_APP_ID", "1400000000"},
                                 {"CALLARCHIVE_APPS_1_SECRET_KEY", "k"}}),
                ElementsAre(HasSubstr("apps[0].sdk_app_id: missing"),
                            HasSubstr("apps[0].secret_key_file: found no credential")));
}

TEST(ConfigEnvironment, ItDoesNotCoverUpApplicationsOfAnotherShape) {
    const Environment name{{"CALLARCHIVE_APPS_0_NAME", "a"}};
    EXPECT_THAT(problems_of("apps: production\n", name),
                ElementsAre("c.yaml:1:7: apps: found a text; allowed: a list of applications"));
    EXPECT_THAT(problems_of("apps: {sdk_app_id: 1}\n", name),
                ElementsAre("c.yaml:1:7: apps: found a mapping; allowed: a list of applications"));
    EXPECT_THAT(problems_of("apps: [production]\n", name).front(),
                HasSubstr("c.yaml:1:8: apps[0]: found a text; allowed: a mapping"));
    EXPECT_THAT(problems_of("apps: [{sdk_app_id: 1, secret_key_env: [CALLARCHIVE_KEY]}]\n",
                            {{"CALLARCHIVE_KEY", "k"}}),
                ElementsAre(HasSubstr("apps[0].secret_key_env: found a list; allowed: a text"),
                            HasSubstr("apps[0].secret_key_env: found nothing"),
                            HasSubstr("CALLARCHIVE_KEY: unknown setting")));
}

TEST(ConfigEnvironment, AKeysVariableMustHoldOneForThoseWhoNeedIt) {
    const std::string text = "apps: [{sdk_app_id: 1400000000, secret_key_env: THE_KEY}]\n";
    EXPECT_THAT(problems_of(text, {{"THE_KEY", "k"}}), IsEmpty());
    for (const Environment& environment : {Environment{}, Environment{{"THE_KEY", ""}}}) {
        EXPECT_THAT(problems_of(text, environment),
                    ElementsAre(HasSubstr("no environment variable of that name is set")));
        const auto read = read_config(text, "c.yaml", environment, Secrets::not_needed);
        ASSERT_TRUE(std::holds_alternative<Config>(read));
        EXPECT_THAT(to_yaml(std::get<Config>(read)), HasSubstr("secret_key_env: THE_KEY\n"));
    }
}

TEST(ConfigEnvironment, OfTheProcessItIsWhateverHasAName) {
    char** const before = environ;
    // execve(2) passes on what is no variable too.
    char good[] = "CALLARCHIVE_A=1=2";
    char empty[] = "CALLARCHIVE_B=";
    char odd[] = "CALLARCHIVE_C";
    char* variables[] = {odd, good, empty, nullptr};
    environ = variables;
    const Environment some = environment_of_process();
    environ = nullptr;  // as clearenv(3) leaves it
    const Environment none = environment_of_process();
    environ = before;
    EXPECT_THAT(some, ElementsAre(Pair("CALLARCHIVE_A", "1=2"), Pair("CALLARCHIVE_B", "")));
    EXPECT_THAT(none, IsEmpty());
}

}  // namespace
}  // namespace callarchive
