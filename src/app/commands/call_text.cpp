#include "app/commands/call_text.h"

#include "app/text/printable.h"
#include "base/time_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>

namespace callarchive {
namespace {

enum Column : std::size_t { started, talk, result, type, media, caller, callees, call_id };
constexpr std::string_view separator = "  ";
// The service sets no limit: an id of a megabyte would bury the table.
constexpr std::size_t call_id_max = 128;
// Of a name where no terminal sets a limit: whoever searches in what is shown should find it.
constexpr std::size_t cell_columns_max = 200;
// Less of a name tells nobody apart.
constexpr std::size_t name_columns_min = 8;

std::string callees_text(const std::string& callees) {
    const auto list = nlohmann::json::parse(callees, nullptr, false);
    if (!list.is_array()) return callees;
    std::string text;
    for (const auto& callee : list) {
        if (!text.empty()) text += ", ";
        text += callee.is_string() ? callee.get<std::string>() : callee.dump();
    }
    return text;
}

std::string talk_text(const StoredCall& call) {
    if (!call.answered) return "-";
    return call.talk_seconds ? to_words(Seconds{*call.talk_seconds}) : "?";
}

}  // namespace

std::string time_for_people(const std::optional<std::int64_t>& unix_seconds, bool local) {
    if (!unix_seconds) return "-";
    if (!local) {
        std::string text = to_iso8601(moment_from_unix(*unix_seconds));
        if (text.ends_with('Z')) {  // else it is seconds
            text[10] = ' ';
            text.pop_back();
        }
        return text;
    }
    const std::time_t time = *unix_seconds;
    std::tm broken{};
    char text[64];
    if (localtime_r(&time, &broken) == nullptr ||
        std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S%z", &broken) == 0) {
        return std::to_string(*unix_seconds);
    }
    return text;
}

CallTable::CallTable(std::size_t columns, bool local) : local_(local), to_terminal_(columns != 0) {
    // Started, talk, result, type, media, caller, callees, call id (an UUID).
    widths_ = {local ? 24U : 19U, 8, 11, 6, 5, 16, 24, 36};
    if (columns == 0) return;
    widths_[caller] = widths_[callees] = name_columns_min;
    const auto taken = [&] {
        std::size_t sum = 0;
        for (const std::size_t width : widths_)
            sum += width == 0 ? 0 : width + separator.size();
        return sum - separator.size();
    };
    for (const Column least : {media, type, talk, result, callees, caller, started}) {
        if (taken() <= columns) break;
        widths_[least] = 0;
    }
    // Names share what is left, two to three.
    if (widths_[callees] == 0 || taken() > columns) return;
    const std::size_t more = columns - taken();
    widths_[caller] += more * 2 / 5;
    widths_[callees] += more - more * 2 / 5;
}

std::string CallTable::line(const Cells& cells) const {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (widths_[i] == 0) continue;
        const std::string safe = printable(cells[i]);
        if (i != call_id) {
            const std::size_t columns =
                to_terminal_ ? 0 : std::min(columns_of(safe), cell_columns_max);
            line += fitted(safe, std::max(widths_[i], columns));
            // Between two names that are written from right to left a terminal that knows of it
            // would else show the second one first.
            if (to_terminal_ && has_right_to_left(safe)) line += left_to_right_mark;
            line += separator;
        } else {
            line += safe.size() <= call_id_max ? safe : fitted(safe, call_id_max);
        }
    }
    return line + "\n";
}

std::string CallTable::header() const {
    return line({local_ ? "STARTED (LOCAL)" : "STARTED (UTC)", "TALK", "RESULT", "TYPE", "MEDIA",
                 "CALLER", "CALLEES", "CALL ID"});
}

std::string CallTable::row(const StoredCall& call) const {
    return line({time_for_people(call.start_ts, local_), talk_text(call),
                 call.call_result.value_or("-"), call.call_type.value_or("-"),
                 call.media_type.value_or("-"), call.caller.value_or("-"),
                 callees_text(call.callees), call.call_id});
}

}  // namespace callarchive
