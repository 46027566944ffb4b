// Each kind of wrong value is told with what was found and what is allowed.
#include "app/config_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callarchive {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Mistake {
    const char* yaml;
    const char* told;
};

/// Each stands behind one good application.
const Mistake mistakes[] = {
    {"archive: {path: \"\"}", "c.yaml:4:17: archive.path: found nothing; allowed: a file's path"},
    {"archive: [calls.db]", "c.yaml:4:10: archive: found a list; allowed: a mapping with the keys"},
    {"archive: {cache: 64}", "archive.cache: found '64'; allowed: a size with B, KiB, MiB or GiB"},
    {"archive: {cache: MiB}", "archive.cache: found 'MiB'; allowed: a size"},
    {"archive: {cache: -64MiB}", "archive.cache: found '-64MiB'; allowed: a size"},
    {"archive: {cache: 1.5GiB}", "archive.cache: found '1.5GiB'; allowed: a size"},
    {"archive: {cache: 1023KiB}",
     "found '1023KiB'; allowed: a size with B, KiB, MiB or GiB, from "
     "1 MiB to 65536 MiB"},
    {"archive: {cache: 65GiB}", "archive.cache: found '65GiB'; allowed: a size"},
    {"archive: {cache: 9223372036854775807GiB}", "found '9223372036854775807GiB'; allowed: a size"},
    {"schedule: {overlap: soon}", "schedule.overlap: found 'soon'; allowed: a duration: a number"},
    {"schedule: {overlap: 500ms}",
     "found '500ms'; allowed: a duration: a number with ms, s, m, h "
     "or d, such as 90s, 10m or 7d, in whole seconds, at least 1s"},
    {"schedule: {overlap: 1500ms}", "schedule.overlap: found '1500ms'; allowed: a duration"},
    {"schedule: {overlap: [10m]}", "schedule.overlap: found a list; allowed: a duration"},
    {"schedule: {max_window_records: 200x}",
     "schedule.max_window_records: found '200x'; allowed: a whole number from 100 to 1000000"},
    {"schedule: {max_window_records: 99}", "schedule.max_window_records: found '99'; allowed"},
    {"schedule: {revisit: 1h}", "schedule.revisit: found '1h'; allowed: a list of durations"},
    {"schedule: {revisit: {1h: 6h}}", "schedule.revisit: found a mapping; allowed: a list"},
    {"schedule: {revisit: []}", "schedule.revisit: found an empty list; allowed: at least one age"},
    {"schedule: {revisit: [1h, [6h]]}", "schedule.revisit: found a list in the list"},
    {"schedule: {revisit: [1h, {6h: 1d}]}", "schedule.revisit: found a mapping in the list"},
    {"schedule: {revisit: [1h, ~]}", "schedule.revisit: found nothing in the list"},
    {"schedule: {revisit: [1h, soon]}", "c.yaml:4:26: schedule.revisit: found 'soon'; allowed"},
    {"schedule: {revisit: [soon]}", "schedule.revisit: found 'soon'; allowed"},
    {"schedule: {revisit: [6h, 1h]}", "schedule.revisit: found ages that do not rise"},
    {"schedule: {retention: 6d}", "schedule.retention: the last revisit age (6d) plus overlap"},
    {"requests: {timeout: soon}", "requests.timeout: found 'soon'; allowed: a duration"},
    {"requests: {timeout: 301s}", "requests.timeout: found 301s; allowed: more than 3s"},
    {"requests: {timeout: 3s}", "requests.timeout: found 3s; allowed: more than 3s"},
    {"requests: {ca_file: /nowhere/ca.pem}",
     "requests.ca_file: cannot read '/nowhere/ca.pem': No such file or directory; allowed: a file"},
    {"log: {level: {info: yes}}", "log.level: found a mapping; allowed: trace, debug, info"},
    {"log: {level: debgu}",
     "log.level: found 'debgu'; allowed: trace, debug, info, warn, error, "
     "off; did you mean 'debug'?"},
    {"log: {format: \"js\x1bon\"}", "log.format: found 'js\\x1bon'; allowed: auto, text, json"},
    {"    name: \"\"", "c.yaml:4:11: apps[0].name: found nothing; allowed: a text"},
    {"    identifier: ''", "apps[0].identifier: found nothing; allowed: an administrator's"},
    {"    api: v2", "apps[0].api: found 'v2'; allowed: v1, v4"},
    {"    region: seoul", "apps[0].region: found 'seoul'; allowed: china, international"},
    {"    region: china\n    endpoint: https://h",
     "c.yaml:4:13: apps[0].region: given together "
     "with endpoint; allowed: one of the two"},
    {"    user_sig_file: /s",
     "c.yaml:4:20: apps[0].user_sig_file: found secret_key and "
     "user_sig_file; allowed: exactly one of secret_key, "},
};

TEST(ConfigMistakes, ASingleOneIsToldInOneLine) {
    for (const auto& [yaml, told] : mistakes) {
        EXPECT_THAT(problems_of(one_app + yaml + "\n"),
                    ElementsAre(AllOf(StartsWith("c.yaml:"), HasSubstr(told))))
            << yaml;
    }
}

TEST(ConfigMistakes, ValuesAtTheirLimitsAreNone) {
    for (const char* yaml :
         {"archive: {cache: 1MiB}", "archive: {cache: 1048576B}", "archive: {cache: 64GiB}",
          "schedule: {overlap: 1000ms}", "schedule: {max_window_records: 100}",
          "requests: {timeout: 5m}", "requests: {timeout: 3001ms}",
          "requests: {ca_file: /dev/null}", "    api: v4\n    region: seoul"}) {
        EXPECT_THAT(problems_of(one_app + yaml + "\n"), IsEmpty()) << yaml;
    }
}

TEST(ConfigMistakes, WhatIsWrittenAsNothingIsNotGiven) {
    for (const char* nothing : {"", "~", "null", "!!null ~", "!!null null", "!!null \"\""}) {
        const std::string yaml = one_app + "    name: " + nothing + "\narchive: {path: " + nothing +
                                 " }\nlog: " + nothing + "\n";
        const auto read = read_config(yaml, "c.yaml", {}, Secrets::needed);
        const auto* config = std::get_if<Config>(&read);
        ASSERT_NE(config, nullptr) << problems_of(yaml).front();
        EXPECT_EQ(config->archive_path, Config{}.archive_path) << nothing;
        EXPECT_EQ(config->apps.front().settings.identity.name, "1400000000") << nothing;
        EXPECT_EQ(config->log_level, "info") << nothing;
    }
    // In quotes it is a text like any other.
    EXPECT_THAT(problems_of(one_app + "    api: \"null\"\n"), ElementsAre(HasSubstr("'null'")));
    EXPECT_THAT(problems_of(one_app + "    api: '~'\n"), ElementsAre(HasSubstr("'~'")));
}

TEST(ConfigMistakes, ApplicationsAreAListWithAtLeastOne) {
    const Mistake lists[] = {
        {"", "c.yaml:1:1: apps: missing; at least one application"},
        {"# nothing but a comment\n", "apps: missing; at least one application"},
        {"apps:\n", "apps: missing; at least one application"},
        {"apps: []\n", "c.yaml:1:7: apps: found an empty list; allowed: a list of applications"},
        {"apps: {sdk_app_id: 1}\n", "c.yaml:1:7: apps: found a mapping; allowed: a list"},
        {"apps: production\n", "c.yaml:1:7: apps: found a text; allowed: a list of applications"},
    };
    for (const auto& [yaml, told] : lists)
        EXPECT_THAT(problems_of(yaml), ElementsAre(HasSubstr(told))) << yaml;
    EXPECT_THAT(problems_of("apps: [production]\n"),
                ElementsAre(HasSubstr("apps[0]: found a text; allowed: a mapping with the keys"),
                            HasSubstr("apps[0].sdk_app_id: missing"),
                            HasSubstr("apps[0].secret_key_file: found no credential")));
}

TEST(ConfigMistakes, AFileOfAnotherShapeIsToldWhereItIsWrong) {
    const std::string deep = std::string(17, '[') + std::string(17, ']');
    const Mistake shapes[] = {
        {"? ~\n: 1\n", "c.yaml:1:3: a key must be a text"},
        {"? [archive]\n: 1\n", "a key must be a text"},
        {"? {archive: 1}\n: 1\n", "a key must be a text"},
        {"log: &a {level: info}\nhttp: *a\n", "c.yaml:2:7: found an alias (*name)"},
        {"archive: [\n", "this is no YAML: "},
        {"archive: {path: a}}\n", "this is no YAML: "},
        {"log:\n\tlevel: info\n", "this is no YAML: "},
    };
    for (const auto& [yaml, told] : shapes)
        EXPECT_THAT(problems_of(yaml), ElementsAre(HasSubstr(told))) << yaml;
    EXPECT_THAT(problems_of("log: " + deep + "\n"), ElementsAre(HasSubstr("nested too deeply")));
    EXPECT_THAT(problems_of("production\n"),
                ElementsAre(HasSubstr("c.yaml:1:1: found a text; allowed: a mapping with the keys"),
                            HasSubstr("apps: missing")));
}

}  // namespace
}  // namespace callarchive
