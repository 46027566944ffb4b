#include "base/time_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace callarchive {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};
constexpr std::array<Unit, 5> units_largest_first{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr double milliseconds_max = 100.0 * 366 * 86'400'000;

/// Takes exactly `digits` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Moment> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return Moment{std::chrono::sys_days{date}};
}

std::optional<Seconds> take_time_of_day(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    int second = 0;
    if (take(text, ':')) {
        const auto given = take_number(text, 2);
        if (!given || *given > 60) return std::nullopt;
        second = *given;
        if (take(text, '.')) {
            const std::size_t digits = text.find_first_not_of("0123456789");
            if (digits == 0 || text.empty()) return std::nullopt;
            text.remove_prefix(digits == std::string_view::npos ? text.size() : digits);
        }
    }
    return Seconds{*hour * 3600 + *minute * 60 + second};
}

std::optional<Seconds> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return Seconds{0};
    const bool east = take(text, '+');
    if (!east && !take(text, '-')) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23) return std::nullopt;
    take(text, ':');
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    const Seconds offset{*hour * 3600 + *minute * 60};
    return east ? offset : -offset;
}

}  // namespace

std::string to_iso8601(Moment moment) {
    // 0000-01-01 and 9999-12-31: the range of a four-digit year.
    const std::int64_t seconds = unix_seconds(moment);
    if (seconds < -62'167'219'200 || seconds > 253'402'300'799) return fmt::format("{}", seconds);
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::optional<Moment> parse_iso8601(std::string_view text) {
    const auto day = take_date(text);
    if (!day) return std::nullopt;
    if (text.empty()) return day;
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
    const auto time = take_time_of_day(text);
    if (!time) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return *day + *time - *offset;
}

std::string to_words(Seconds duration) {
    if (duration < Seconds{0}) return "-" + to_words(-duration);
    std::int64_t rest = Milliseconds{duration}.count();
    std::string words;
    int parts = 0;
    for (const Unit& unit : units_largest_first) {
        const std::int64_t count = rest / unit.milliseconds;
        if (count != 0) {
            words += fmt::format("{}{}{}", words.empty() ? "" : " ", count, unit.name);
            rest -= count * unit.milliseconds;
            ++parts;
        } else if (parts != 0) {
            break;
        }
        if (parts == 2) break;
    }
    return words.empty() ? "0s" : words;
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
    double number = 0;
    const auto [rest, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
    const std::string_view name{rest, static_cast<std::size_t>(text.data() + text.size() - rest)};
    for (const Unit& unit : units_largest_first) {
        if (unit.name != name) continue;
        const double milliseconds = number * static_cast<double>(unit.milliseconds);
        if (milliseconds > milliseconds_max) return std::nullopt;
        return Milliseconds{std::llround(milliseconds)};
    }
    return std::nullopt;
}

std::string to_text(Milliseconds duration) {
    if (duration == Milliseconds{0}) return "0s";
    for (const Unit& unit : units_largest_first) {
        if (duration.count() % unit.milliseconds == 0) {
            return fmt::format("{}{}", duration.count() / unit.milliseconds, unit.name);
        }
    }
    return fmt::format("{}ms", duration.count());
}

}  // namespace callarchive
