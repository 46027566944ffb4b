#include "app/commands/stats_text.h"

#include "app/text/charts.h"
#include "app/text/printable.h"
#include "base/time_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>

namespace callarchive {
namespace {

using nlohmann::ordered_json;

// More is read by programs: all are in the JSON.
constexpr std::size_t shown_max = 200;
// Two years of hours. Where calls lie further apart holes stay holes.
constexpr std::size_t filled_max = 20'000;
constexpr std::size_t name_columns_max = 32;

std::string rate_text(const Sums& sums) {
    if (sums.calls == 0) return "-";
    return fmt::format(
        "{:.1f} %", 100.0 * static_cast<double>(sums.answered) / static_cast<double>(sums.calls));
}

std::optional<std::int64_t> mean_talk(const Sums& sums) {
    if (sums.answered == 0) return std::nullopt;
    return sums.talk_seconds / sums.answered;
}

std::string talk_text(std::int64_t seconds) {
    return seconds == 0 ? "-" : to_words(Seconds{seconds});
}

std::string label(const Group& group, const Stats& stats) {
    if (group.span) return label_of(*group.span, stats.unit, stats.local);
    if (!group.name) return "(unknown)";
    return group.name->empty() ? "(empty)" : printable(*group.name);
}

void put(ordered_json& json, const Sums& sums) {
    json["calls"] = sums.calls;
    json["answered"] = sums.answered;
    json["answer_rate"] =
        sums.calls == 0
            ? ordered_json()
            : ordered_json(static_cast<double>(sums.answered) / static_cast<double>(sums.calls));
    json["talk_seconds"] = sums.talk_seconds;
    const auto mean = mean_talk(sums);
    json["mean_talk_seconds"] = mean ? ordered_json(*mean) : ordered_json();
    json["longest_seconds"] = sums.longest_seconds;
}

std::string summary(const Stats& stats) {
    const Sums& total = stats.total;
    const auto mean = mean_talk(total);
    return fmt::format("{:<12}{}\n{:<12}{} ({})\n{:<12}{}\n{:<12}{}\n{:<12}{}\n", "calls",
                       total.calls, "answered", total.answered, rate_text(total), "talk",
                       talk_text(total.talk_seconds), "mean talk", mean ? talk_text(*mean) : "-",
                       "longest", talk_text(total.longest_seconds));
}

std::string right(const std::string& text, std::size_t columns) {
    return std::string(columns - std::min(columns, text.size()), ' ') + text;
}

using Cells = std::array<std::string, 5>;
Cells headings() {
    return {"CALLS", "ANSWERED", "TALK", "MEAN", "LONGEST"};
}
constexpr std::array<std::size_t, 5> widths{9, 8, 10, 9, 9};

/// What a line has room for. The rightmost cells matter least.
struct Layout {
    std::size_t name_columns, cells, bar_columns;
    bool to_terminal;
};

Layout layout_of(std::size_t longest_name, std::size_t columns) {
    Layout layout{.name_columns = std::min(longest_name, name_columns_max),
                  .cells = widths.size(),
                  .bar_columns = 0,
                  .to_terminal = columns != 0};
    if (columns == 0) return layout;
    const auto taken = [&] {
        std::size_t sum = layout.name_columns;
        for (std::size_t i = 0; i < layout.cells; ++i)
            sum += widths[i] + 1;
        return sum;
    };
    while (layout.cells > 1 && taken() > columns)
        --layout.cells;
    if (taken() > columns) layout.name_columns -= std::min(layout.name_columns, taken() - columns);
    constexpr std::size_t bar_min = 6, bar_max = 60;
    if (taken() + bar_min <= columns) layout.bar_columns = std::min(columns - taken() - 2, bar_max);
    return layout;
}

std::string line_of(const std::string& name, const Cells& cells, const Layout& layout) {
    std::string text = fitted(name, layout.name_columns);
    if (layout.to_terminal && has_right_to_left(name)) text += left_to_right_mark;
    for (std::size_t i = 0; i < layout.cells; ++i)
        text += " " + right(cells[i], widths[i]);
    return text;
}

std::string table(const Stats& stats, std::size_t columns) {
    const std::size_t shown = std::min(stats.groups.size(), shown_max);
    // The newest of times, the largest of others.
    const bool by_time = stats.by == "day" || stats.by == "hour";
    const std::span<const Group> groups{
        stats.groups.data() + (by_time ? stats.groups.size() - shown : 0), shown};
    std::string heading = stats.by;
    for (char& c : heading)
        c = static_cast<char>(c - 'a' + 'A');
    if (by_time) heading += stats.local ? " (LOCAL)" : " (UTC)";
    std::size_t longest_name = heading.size();
    std::int64_t largest = 0;
    for (const Group& group : groups) {
        longest_name = std::max(longest_name, columns_of(label(group, stats)));
        largest = std::max(largest, group.sums.calls);
    }
    const Layout layout = layout_of(longest_name, columns);
    std::string text = line_of(heading, headings(), layout) + "\n";
    for (const Group& group : groups) {
        const Sums& sums = group.sums;
        const auto mean = mean_talk(sums);
        text += line_of(label(group, stats),
                        {std::to_string(sums.calls), rate_text(sums), talk_text(sums.talk_seconds),
                         mean ? talk_text(*mean) : "-", talk_text(sums.longest_seconds)},
                        layout);
        if (layout.bar_columns != 0) {
            text += "  " + bar({.value = sums.calls, .largest = largest}, layout.bar_columns);
        }
        text += "\n";
    }
    if (shown < stats.groups.size()) {
        text += fmt::format("{} more with --json\n", stats.groups.size() - shown);
    }
    return text;
}

}  // namespace

std::vector<Group> arranged(std::vector<Group> groups, const Calendar& calendar) {
    std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
        const bool a_known = a.span || a.name, b_known = b.span || b.name;
        if (a_known != b_known) return a_known;
        if (a.span && b.span) return a.span->from < b.span->from;
        if (a.sums.calls != b.sums.calls) return a.sums.calls > b.sums.calls;
        return std::tie(a.name, a.sdk_app_id) < std::tie(b.name, b.sdk_app_id);
    });
    if (groups.empty() || !groups.front().span) return groups;
    std::vector<Group> filled;
    for (Group& group : groups) {
        while (group.span && !filled.empty() && filled.back().span->to < group.span->from &&
               filled.size() < filled_max) {
            filled.push_back({.span = calendar(filled.back().span->to)});
        }
        filled.push_back(std::move(group));
    }
    return filled;
}

std::string stats_for_people(const Stats& stats, std::size_t columns) {
    std::string text = summary(stats);
    std::vector<std::int64_t> course;
    for (const Group& group : stats.groups) {
        if (group.span) course.push_back(group.sums.calls);
    }
    constexpr std::size_t indent = 12;
    if (columns > indent + 10 && course.size() > 2) {
        text += fmt::format("{:<12}{}\n", "course", sparkline(course, columns - indent));
    }
    if (stats.by.empty() || stats.groups.empty()) return text;
    return text + "\n" + table(stats, columns);
}

std::string stats_as_json(const Stats& stats) {
    ordered_json json;
    json["since_ts"] = stats.since ? ordered_json(unix_seconds(*stats.since)) : ordered_json();
    json["until_ts"] = stats.until ? ordered_json(unix_seconds(*stats.until)) : ordered_json();
    put(json, stats.total);
    if (!stats.by.empty()) {
        json["by"] = stats.by;
        json["groups"] = ordered_json::array();
        for (const Group& group : stats.groups) {
            ordered_json one;
            if (group.span) {
                one[stats.by] = label_of(*group.span, stats.unit, stats.local);
                one["from_ts"] = unix_seconds(group.span->from);
                one["to_ts"] = unix_seconds(group.span->to);
            } else {
                one[stats.by] = group.name ? ordered_json(*group.name) : ordered_json();
                if (stats.by == "user") one["sdk_app_id"] = group.sdk_app_id;
            }
            put(one, group.sums);
            json["groups"].push_back(std::move(one));
        }
    }
    // A user id may hold bytes that are no UTF-8.
    return printable_json(json.dump(2, ' ', false, ordered_json::error_handler_t::replace)) + "\n";
}

}  // namespace callarchive
