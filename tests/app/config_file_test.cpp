#include "app/config_fixture.h"
#include "sys/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace callarchive {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct ConfigFileTest : testing::Test {
    TemporaryFolder folder;

    /// A file of one application with this name; its path.
    std::string file_of(const std::string& name, const std::string& more = {}) {
        const std::string path = (folder.path() / name).string();
        std::ofstream{path} << one_app << "    name: " << name << "\n" << more;
        return path;
    }
    /// The name of the one application that is found, else the first problem.
    static std::string found(const std::optional<std::string>& given,
                             const Environment& environment) {
        const auto loaded = load_config(given, environment, Secrets::needed);
        if (const auto* config = std::get_if<Config>(&loaded))
            return config->apps.front().settings.identity.name;
        return std::get<std::vector<Problem>>(loaded).front().line();
    }
};

TEST_F(ConfigFileTest, TheOneGivenComesBeforeTheOneOfTheEnvironment) {
    const std::string a = file_of("a");
    const std::string b = file_of("b");
    EXPECT_EQ(found(a, {{"CALLARCHIVE_CONFIG", b}}), "a");
    EXPECT_EQ(found(std::nullopt, {{"CALLARCHIVE_CONFIG", b}}), "b");
    EXPECT_EQ(found(a, {{"CALLARCHIVE_APPS_0_NAME", "c"}}), "c");
}

TEST_F(ConfigFileTest, ADirectoryIsNone) {
    EXPECT_EQ(found(folder.path().string(), {}),
              folder.path().string() + ": this is a directory; allowed: a YAML file");
}

TEST_F(ConfigFileTest, MoreThanAMebibyteIsNone) {
    constexpr std::size_t most = 1 << 20;
    const std::size_t rest = most - std::filesystem::file_size(file_of("a")) - 1;
    EXPECT_EQ(found(file_of("a", "#" + std::string(rest, 'x')), {}), "a");
    EXPECT_THAT(found(file_of("a", "#" + std::string(rest + 1, 'x')), {}),
                HasSubstr("larger than 1 MiB: this is no configuration"));
}

TEST_F(ConfigFileTest, WithoutTheDefaultOneVariablesForAnApplicationWillDo) {
    if (std::filesystem::exists("/etc/callarchive/callarchive.yaml"))
        GTEST_SKIP() << "this machine has a configuration";
    Environment environment{{"CALLARCHIVE_CONFIG", ""}, {"CALLARCHIVE_LOG_LEVEL", "warn"}};
    EXPECT_THAT(found(std::nullopt, environment),
                AllOf(HasSubstr("/etc/callarchive/callarchive.yaml: cannot read"),
                      HasSubstr("by variables alone")));
    environment["CALLARCHIVE_APPS_0_SDK_APP_ID"] = "1400000000";
    environment["CALLARCHIVE_APPS_0_SECRET_KEY"] = "k";
    EXPECT_EQ(found(std::nullopt, environment), "1400000000");
    // One that is named must be there all the same.
    environment["CALLARCHIVE_CONFIG"] = "/nowhere/c.yaml";
    EXPECT_THAT(found(std::nullopt, environment),
                AllOf(HasSubstr("/nowhere/c.yaml: cannot read"), Not(HasSubstr("variables"))));
}

}  // namespace
}  // namespace callarchive
