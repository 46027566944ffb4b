#include "app/commands/filter_options.h"

#include "app/commands/command_line.h"
#include "app/text/printable.h"
#include "base/time_text.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>

namespace callarchive {
namespace {

/// What a clock on the wall shows, as a moment of the machine's own zone.
std::optional<Moment> in_local_zone(Moment shown) {
    const auto day = std::chrono::floor<std::chrono::days>(shown);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{shown - day};
    std::tm broken{};
    broken.tm_year = static_cast<int>(date.year()) - 1900;
    broken.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
    broken.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
    broken.tm_hour = static_cast<int>(time.hours().count());
    broken.tm_min = static_cast<int>(time.minutes().count());
    broken.tm_sec = static_cast<int>(time.seconds().count());
    broken.tm_isdst = -1;
    // mktime() gives -1 both for its failure and for the last second of 1969; only then is this
    // unset.
    broken.tm_wday = -1;
    const std::time_t seconds = std::mktime(&broken);
    if (broken.tm_wday == -1) return std::nullopt;
    return moment_from_unix(seconds);
}

std::optional<Seconds> parse_talk(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc{} && rest == text.data() + text.size() && seconds >= 0) {
        return Seconds{seconds};
    }
    const auto duration = parse_duration(text);
    if (!duration) return std::nullopt;
    return std::chrono::duration_cast<Seconds>(*duration);
}

}  // namespace

std::optional<Moment> parse_when(std::string_view text, Moment now, bool local) {
    if (const auto ago = parse_duration(text)) {
        return now - std::chrono::duration_cast<Seconds>(*ago);
    }
    const bool date_alone = text.size() == 10;
    if (!date_alone) {
        if (const auto with_zone = parse_iso8601(text)) return with_zone;
    }
    const auto shown = parse_iso8601(date_alone ? std::string{text} : std::string{text} + "Z");
    return shown && local ? in_local_zone(*shown) : shown;
}

Result<Moment> when_option(std::string_view option, std::string_view text, Moment now, bool local) {
    if (const auto moment = parse_when(text, now, local)) return *moment;
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} '{}' is no point in time; write 2026-03-01, "
                             "2026-03-01T08:00:00Z, or how long ago: 24h, 7d",
                             option, printable(text))};
}

void FilterOptions::add_to(CommandSyntax& command) {
    const auto option = [&](const char* name, std::optional<std::string>& value, const char* what) {
        return command.option(name, value, what).under("Filters");
    };
    option("--app", app, "Only calls of this application (its name in the configuration)");
    option("--since", since, "Started at or after: 2026-03-01, 2026-03-01T08:00:00Z, 24h, 7d");
    option("--until", until, "Started before; same forms");
    option("--user", user, "With this user as caller or callee");
    option("--caller", caller, "With this caller");
    option("--callee", callee, "With this callee");
    // The values that are known, for help and completion; others are kept as sent, and may be asked
    // for.
    option("--result", result, "With this result")
        .shown_as("TEXT:{normal_end,cancel,reject,not_answer,call_busy,interrupt,offline}");
    option("--type", type, "Of this type").shown_as("TEXT:{single,group}");
    option("--media", media, "Of this kind").shown_as("TEXT:{audio,video}");
    option("--room", room, "In this room");
    option("--min-talk", min_talk, "Talked at least so long: 90, 90s, 5m");
    option("--max-talk", max_talk, "Talked at most so long");
    command.flag("--local", local, "Dates and times in this machine's zone instead of UTC");
}

Result<CallFilter> FilterOptions::resolve(Moment now) const {
    CallFilter filter;
    filter.app = app;
    filter.user = user;
    filter.caller = caller;
    filter.callee = callee;
    filter.result = result;
    filter.type = type;
    filter.media = media;
    filter.room = room;
    for (const auto& [name, text, target] :
         {std::tuple{"--since", &since, &filter.since}, {"--until", &until, &filter.until}}) {
        if (!*text) continue;
        const auto moment = when_option(name, **text, now, local);
        if (!moment.ok()) return moment.error();
        *target = *moment;
    }
    for (const auto& [name, text, target] : {std::tuple{"--min-talk", &min_talk, &filter.min_talk},
                                             {"--max-talk", &max_talk, &filter.max_talk}}) {
        if (!*text) continue;
        *target = parse_talk(**text);
        if (!*target) {
            return Error{ErrorKind::invalid_input,
                         fmt::format("{} '{}' is no duration; write seconds (90) or 90s, 5m, 1h",
                                     name, printable(**text))};
        }
    }
    return filter;
}

}  // namespace callarchive
