#include "app/config/environment.h"
#include "app/config_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace callarchive {
namespace {

using testing::HasSubstr;

std::string example() {
    std::ifstream file{CALLARCHIVE_EXAMPLE_CONFIG};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// What is in effect; the credential needs no file to be there.
std::string effective(const std::string& text) {
    const auto read = read_config(text, "c.yaml", {}, Secrets::not_needed);
    const auto* config = std::get_if<Config>(&read);
    if (config == nullptr) return std::get<std::vector<Problem>>(read).front().line();
    return to_yaml(*config);
}

/// The example with one commented-out key switched on.
std::string with(const std::string& key) {
    std::string text = example();
    const std::string comment = "  # " + key + ": ";
    const std::size_t at = text.find(comment);
    EXPECT_NE(at, std::string::npos) << key;
    return at == std::string::npos ? text : text.erase(at + 2, 2);
}

const std::string smallest =
    "apps:\n  - sdk_app_id: 1400000000\n"
    "    secret_key_file: /run/credentials/callarchive.service/secret_key\n";

TEST(ExampleConfig, MeansTheDefaults) {
    EXPECT_EQ(effective(example()), effective(smallest));
}

TEST(ExampleConfig, WhatIsCommentedOutIsTheDefault) {
    for (const char* key : {"cache", "api", "region", "identifier", "poll_interval", "overlap",
                            "revisit", "retention", "max_window_records", "page_size", "rate_limit",
                            "concurrency", "timeout", "listen", "level", "format"}) {
        EXPECT_EQ(effective(with(key)), effective(smallest)) << key;
    }
}

TEST(ExampleConfig, ShowsEveryKey) {
    for (const std::string& section : KnownKeys::top()) {
        EXPECT_THAT(example(), HasSubstr("\n" + section + ":"));
        for (const std::string& key : KnownKeys::of(section))
            EXPECT_THAT(example(), HasSubstr(" " + key + ": "));
    }
}

TEST(ExampleConfig, WhatIsInEffectIsAConfigurationAgain) {
    const std::string yaml =
        effective(smallest +
                  "    name: \"~ '12': #\\\"\\n\\u5f20\"\n    endpoint: https://[::1]:8443\n"
                  "archive: {path: \"null\", cache: 1536KiB}\n"
                  "schedule: {revisit: [90s, 1h], retention: 2h, poll_interval: 500s}\n"
                  "http: {listen: \"\"}\n");
    EXPECT_THAT(yaml, HasSubstr("retention: 2h"));
    EXPECT_EQ(effective(yaml), yaml);
    EXPECT_THAT(effective(smallest + "archive: {cache: 1048577B}\n"),
                HasSubstr("cache: 1048577B\n"));
}

TEST(ExampleConfig, WhatIsInEffectShowsNoPasswordOfAnAddress) {
    const std::string yaml = effective(smallest +
                                       "requests: {proxy: \"http://user:canary@proxy:3128\"}\n"
                                       "notify: {ping_url: \"https://hc.example/canary\"}\n");
    EXPECT_THAT(yaml, testing::Not(HasSubstr("canary")));
    EXPECT_THAT(yaml, HasSubstr("proxy: \"***\"\n"));
    EXPECT_THAT(yaml, HasSubstr("ping_url: \"***\"\n"));
}

}  // namespace
}  // namespace callarchive
