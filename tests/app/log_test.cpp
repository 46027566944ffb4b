#include "app/log/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdlib.h>
#include <unistd.h>

#include <string>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

struct Named {
    LogLevel level;
    const char* name;
};
const Named levels[] = {{LogLevel::debug, "debug"},
                        {LogLevel::info, "info"},
                        {LogLevel::warn, "warning"},
                        {LogLevel::error, "error"}};

/// What goes to standard error, which is a file meanwhile.
std::string written(const std::string& level, const std::string& format, LogLevel of,
                    const std::string& message, const LogFields& fields = {}) {
    testing::internal::CaptureStderr();
    Log{level, format}.write(of, message, fields);
    return testing::internal::GetCapturedStderr();
}

TEST(Log, ALineHasTheTimeItsLevelAndTheApplication) {
    for (const auto& [level, name] : levels) {
        EXPECT_THAT(
            written("trace", "text", level, "all is well", {{"app", "a"}, {"new", 7}}),
            MatchesRegex(std::string{"....-..-..T..:..:..\\....Z "} + name + " +a: all is well\n"));
    }
    // Only a text names an application.
    EXPECT_THAT(written("info", "text", LogLevel::info, "x", {{"app", 7}, {"b", "c"}}),
                HasSubstr("info    x\n"));
}

TEST(Log, WhatComesFromOutsideMovesNoCursorAndBreaksNoLine) {
    EXPECT_THAT(written("info", "text", LogLevel::info, "a\x1b[2J\nb", {{"app", "x\r"}}),
                HasSubstr("x\\x0d: a\\x1b[2J\\x0ab\n"));
    const auto json = nlohmann::json::parse(
        written("info", "json", LogLevel::info, "a\xff\n", {{"app", "x\x1b"}}));
    EXPECT_EQ(json["message"], "a\xEF\xBF\xBD\n");
    EXPECT_EQ(json["app"], "x\x1b");
}

TEST(Log, AnObjectHasTextsAndNumbers) {
    for (const auto& [level, name] : levels) {
        const auto json = nlohmann::json::parse(
            written("trace", "json", level, "all is well", {{"app", "a"}, {"new", 7}}));
        EXPECT_EQ(json["level"], name);
        EXPECT_EQ(json["message"], "all is well");
        EXPECT_EQ(json["app"], "a");
        EXPECT_EQ(json["new"], 7);
    }
}

TEST(Log, TellsWhatIsAsGraveAsItsLevelOrGraver) {
    const std::pair<const char*, std::size_t> thresholds[] = {
        {"trace", 4}, {"debug", 4}, {"info", 3}, {"warn", 2}, {"error", 1}, {"off", 0}};
    for (const auto& [threshold, told] : thresholds) {
        std::size_t count = 0;
        for (const auto& [level, name] : levels)
            count += written(threshold, "text", level, "x").empty() ? 0 : 1;
        EXPECT_EQ(count, told) << threshold;
    }
}

TEST(Log, LeftToItselfItWritesTextToATerminalAndJsonElsewhere) {
    EXPECT_TRUE(nlohmann::json::accept(written("info", "auto", LogLevel::info, "all is well")));

    const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
    ASSERT_GE(master, 0);
    ASSERT_EQ(::grantpt(master), 0);
    ASSERT_EQ(::unlockpt(master), 0);
    const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    ASSERT_GE(terminal, 0);
    const int before = ::dup(STDERR_FILENO);
    ::dup2(terminal, STDERR_FILENO);
    Log{"info", "auto"}.write(LogLevel::info, "all is well");
    ::dup2(before, STDERR_FILENO);
    std::string shown(200, '\0');
    shown.resize(static_cast<std::size_t>(::read(master, shown.data(), shown.size())));
    for (const int each : {before, terminal, master})
        ::close(each);
    EXPECT_THAT(shown, HasSubstr("Z info    all is well\r\n"));
}

}  // namespace
}  // namespace callarchive
