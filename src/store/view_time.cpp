#include "store/view_time.h"

#include <fmt/format.h>

namespace callarchive {
namespace {

// -4713-11-24T12:00:00Z, where julian day numbers begin, and 9999-12-31T23:59:59Z.
constexpr std::int64_t first_second = -210'866'760'000;
constexpr std::int64_t last_second = 253'402'300'799;
constexpr std::int64_t day_seconds = 86'400;

void put_two_digits(char* at, std::int64_t number) {
    at[0] = static_cast<char>('0' + number / 10);
    at[1] = static_cast<char>('0' + number % 10);
}

}  // namespace

void ViewTime::set(const std::optional<std::int64_t>& unix_seconds) {
    // Calls that were archived together were so in the same second.
    if (unix_seconds == unix_seconds_) return;
    unix_seconds_ = unix_seconds;
    size_ = 0;
    if (!unix_seconds || *unix_seconds < first_second || *unix_seconds > last_second) return;
    std::int64_t day = *unix_seconds / day_seconds;
    std::int64_t second = *unix_seconds % day_seconds;
    if (second < 0) {
        second += day_seconds;
        --day;
    }
    // Neighbours in order of time nearly always share the day.
    if (day_size_ == 0 || day != day_) set_day(day);
    char* const time = text_.data() + day_size_;
    time[0] = 'T';
    put_two_digits(time + 1, second / 3600);
    time[3] = ':';
    put_two_digits(time + 4, second / 60 % 60);
    time[6] = ':';
    put_two_digits(time + 7, second % 60);
    time[9] = 'Z';
    size_ = day_size_ + 10;
}

/// SQLite's own arithmetic (computeYMD in its date.c, after Meeus), since it differs from
/// std::chrono in the leap years before the year 0.
void ViewTime::set_day(std::int64_t day) {
    const auto julian = static_cast<int>(day + 2'440'588);
    const auto centuries = static_cast<int>((julian - 1'867'216.25) / 36'524.25);
    const int a = julian + 1 + centuries - centuries / 4;
    const int b = a + 1524;
    const auto c = static_cast<int>((b - 122.1) / 365.25);
    const int d = (36'525 * (c & 32'767)) / 100;
    const auto e = static_cast<int>((b - d) / 30.6001);
    const int month = e < 14 ? e - 1 : e - 13;
    const auto written =
        fmt::format_to_n(text_.data(), 13, "{:04}-{:02}-{:02}", month > 2 ? c - 4716 : c - 4715,
                         month, b - d - static_cast<int>(30.6001 * e));
    day_size_ = written.size;
    day_ = day;
}

}  // namespace callarchive
