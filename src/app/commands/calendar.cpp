#include "app/commands/calendar.h"

#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace callarchive {
namespace {

constexpr Seconds hour{3600};
constexpr Seconds day{86'400};

Window stretch_of(Moment moment, Seconds length, Seconds offset) {
    const Seconds past = (moment.time_since_epoch() + offset) % length;
    const Moment from = moment - (past < Seconds{0} ? past + length : past);
    return {.from = from, .to = from + length};
}

std::tm local_time(Moment moment) {
    const std::time_t time = unix_seconds(moment);
    std::tm broken{};
    ::localtime_r(&time, &broken);
    return broken;
}

bool same_local_day(Moment a, Moment b) {
    const std::tm x = local_time(a), y = local_time(b);
    return x.tm_year == y.tm_year && x.tm_yday == y.tm_yday;
}

/// The moment between two where the local date first is not that of `within` any more; looked for,
/// because mktime() cannot tell of a midnight that a change of the clocks leaves out or repeats.
Moment border(Moment within, Moment beyond) {
    while (within + Seconds{1} != beyond && beyond + Seconds{1} != within) {
        const Moment middle = within + (beyond - within) / 2;
        (same_local_day(within, middle) ? within : beyond) = middle;
    }
    return std::max(within, beyond);
}

Window local_day(Moment moment) {
    // No day is longer than 25 hours, and two of them never look the same.
    constexpr Seconds far_enough{30 * 3600};
    return {.from = border(moment, moment - far_enough), .to = border(moment, moment + far_enough)};
}

}  // namespace

Calendar calendar_of(CalendarUnit unit, bool local) {
    if (!local) {
        const Seconds length = unit == CalendarUnit::day ? day : hour;
        return [length](Moment moment) { return stretch_of(moment, length, Seconds{0}); };
    }
    if (unit == CalendarUnit::day) return local_day;
    return [](Moment moment) {
        return stretch_of(moment, hour, Seconds{local_time(moment).tm_gmtoff});
    };
}

std::string label_of(const Window& span, CalendarUnit unit, bool local) {
    if (!local) {
        std::string text = to_iso8601(span.from);
        if (!text.ends_with('Z')) return text;  // seconds, for no year of four digits has it
        text[10] = ' ';
        return text.substr(0, unit == CalendarUnit::day ? 10 : 16);
    }
    const std::tm broken = local_time(span.from);
    std::string text =
        fmt::format("{:04}-{:02}-{:02}", broken.tm_year + 1900, broken.tm_mon + 1, broken.tm_mday);
    if (unit == CalendarUnit::day) return text;
    // When the clocks are set back an hour comes twice.
    const long minutes = std::labs(broken.tm_gmtoff) / 60;
    return text + fmt::format(" {:02}:{:02}{}{:02}{:02}", broken.tm_hour, broken.tm_min,
                              broken.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace callarchive
