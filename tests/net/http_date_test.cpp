#include "net/http_date.h"

#include "net/curl_functions.h"

#include <gtest/gtest.h>
#include <time.h>

#include <array>
#include <random>
#include <string>

namespace callarchive {
namespace {

std::string written(std::int64_t seconds) {
    const time_t time = seconds;
    tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    const std::size_t size =
        ::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

TEST(http_date, is_read_as_it_was_written) {
    EXPECT_EQ(imf_fixdate("Sun, 06 Nov 1994 08:49:37 GMT"), moment_from_unix(784111777));
    EXPECT_EQ(imf_fixdate("Thu, 29 Feb 2024 23:59:59 GMT"), moment_from_unix(1709251199));
    EXPECT_EQ(imf_fixdate("Thu, 01 Jan 1970 00:00:00 GMT"), moment_from_unix(0));
    std::mt19937_64 random{3};
    for (int i = 0; i < 10'000; ++i) {
        const auto seconds = static_cast<std::int64_t>(random() % 8'000'000'000);
        EXPECT_EQ(imf_fixdate(written(seconds)), moment_from_unix(seconds)) << written(seconds);
    }
}

// What is left to libcurl may be a date all the same.
TEST(http_date, is_nothing_where_it_is_written_in_any_other_way) {
    for (const char* text : {"",
                             "Sun",
                             "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994",
                             "Sun, 6 Nov 1994 08:49:37 GMT",
                             "sun, 06 Nov 1994 08:49:37 GMT",
                             "Sun, 06 nov 1994 08:49:37 GMT",
                             "Xxx, 06 Nov 1994 08:49:37 GMT",
                             "unW, 06 Nov 1994 08:49:37 GMT",
                             "Sun, 06 ovD 1994 08:49:37 GMT",
                             "Sun, 00 Nov 1994 08:49:37 GMT",
                             "Sun, 31 Nov 1994 08:49:37 GMT",
                             "Sun, 29 Feb 2023 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:49:37 GMT",
                             "Sun, 06 Nov 1994 08:60:37 GMT",
                             "Sun, 06 Nov 1994 08:49:60 GMT",
                             "Sun, 06 Nov 1969 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 06 Nov 1994 08:49:37 GMT ",
                             "Sun, 06 Nov 1994 08-49:37 GMT",
                             "Sun, 0x Nov 1994 08:49:37 GMT"})
        EXPECT_EQ(imf_fixdate(text), std::nullopt) << text;
}

TEST(http_date, is_what_libcurl_reads_in_it) {
    std::mt19937 random{5};
    const std::string letters = "0123456789 :,GMTSunNov";
    for (int i = 0; i < 200'000; ++i) {
        std::string text = written(static_cast<std::int64_t>(random() % 4'000'000'000));
        text[random() % text.size()] = letters[random() % letters.size()];
        const auto date = imf_fixdate(text);
        if (!date) continue;
        EXPECT_EQ(unix_seconds(*date), curl().getdate(text.c_str(), nullptr)) << text;
    }
}

}  // namespace
}  // namespace callarchive
