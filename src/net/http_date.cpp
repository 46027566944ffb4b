#include "net/http_date.h"

#include <chrono>

namespace callarchive {
namespace {

constexpr std::string_view weekdays = "MonTueWedThuFriSatSun";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
// A 0 is any digit, an x any letter of a name.
constexpr std::string_view shape = "xxx, 00 xxx 0000 00:00:00 GMT";

bool has_shape(std::string_view text) {
    if (text.size() != shape.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        const bool fits = shape[i] == '0' ? digit : shape[i] == 'x' || shape[i] == text[i];
        if (!fits) return false;
    }
    return true;
}

/// Which of the names of three letters it is, from 0; nothing where it is none.
std::optional<unsigned> index_of(std::string_view names, std::string_view name) {
    for (std::size_t i = 0; i < names.size(); i += name.size()) {
        if (names.substr(i, name.size()) == name) return static_cast<unsigned>(i / name.size());
    }
    return std::nullopt;
}

}  // namespace

std::optional<Moment> imf_fixdate(std::string_view text) {
    if (!has_shape(text)) return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        for (std::size_t i = at; i < at + digits; ++i)
            value = value * 10 + (text[i] - '0');
        return value;
    };
    const auto weekday = index_of(weekdays, text.substr(0, 3));
    const auto month = index_of(months, text.substr(8, 3));
    if (!weekday || !month) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{number(12, 4)},
                                           std::chrono::month{*month + 1},
                                           std::chrono::day{static_cast<unsigned>(number(5, 2))}};
    const std::chrono::hours hours{number(17, 2)};
    const std::chrono::minutes minutes{number(20, 2)};
    const Seconds seconds{number(23, 2)};
    if (!date.ok() || date.year() < std::chrono::year{1970} || hours >= std::chrono::days{1} ||
        minutes >= std::chrono::hours{1} || seconds >= std::chrono::minutes{1})
        return std::nullopt;
    return std::chrono::sys_days{date} + hours + minutes + seconds;
}

}  // namespace callarchive
