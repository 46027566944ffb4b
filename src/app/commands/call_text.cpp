#include "app/commands/call_text.h"

#include "app/text/printable.h"
#include "base/time_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ctime>

namespace callarchive {
namespace {

enum Column : std::size_t { started, talk, result, type, media, caller, callees, call_id };
constexpr std::string_view separator = "  ";
// Less of a name tells nobody apart.
constexpr std::size_t name_columns_min = 8;

/// Visits every column in the view's order: `visit(name, value)`.
template <typename Visit>
void visit_columns(const StoredCall& c, Visit visit) {
    visit("app", c.app);
    visit("sdk_app_id", c.sdk_app_id);
    visit("call_id", c.call_id);
    visit("media_type", c.media_type);
    visit("call_type", c.call_type);
    visit("call_result", c.call_result);
    visit("room_id", c.room_id);
    visit("caller", c.caller);
    visit("callees", c.callees);
    visit("start_ts", c.start_ts);
    visit("accept_ts", c.accept_ts);
    visit("end_ts", c.end_ts);
    visit("started_at", c.started_at);
    visit("accepted_at", c.accepted_at);
    visit("ended_at", c.ended_at);
    visit("answered", std::int64_t{c.answered ? 1 : 0});
    visit("ring_seconds", c.ring_seconds);
    visit("talk_seconds", c.talk_seconds);
    visit("first_seen_at", c.first_seen_at);
    visit("changed_at", c.changed_at);
    visit("revision", c.revision);
    visit("room_id_type", c.room_id_type);
    visit("total_user_number", c.total_user_number);
    visit("extra", c.extra);
    if (c.replaced_at) visit("replaced_at", c.replaced_at);
}

struct JsonWriter {
    std::string out = "{";

    void key(const char* name) {
        if (out.size() > 1) out += ',';
        out += '"';
        out += name;
        out += "\":";
    }
    void operator()(const char* name, std::int64_t value) {
        key(name);
        out += std::to_string(value);
    }
    void operator()(const char* name, const std::string& value) {
        key(name);
        // These two are JSON already; a row that says otherwise is shown as the text it is.
        const bool is_json =
            std::string_view{name} == "callees" || std::string_view{name} == "extra";
        out += is_json && nlohmann::json::accept(value) ? value : json_quoted(value);
    }
    template <typename T>
    void operator()(const char* name, const std::optional<T>& value) {
        if (value) return (*this)(name, *value);
        key(name);
        out += "null";
    }
};

struct CsvWriter {
    std::string out;

    void separate() {
        if (!out.empty()) out += ',';
    }
    void operator()(const char*, std::int64_t value) {
        separate();
        out += std::to_string(value);
    }
    void operator()(const char*, const std::string& value) {
        separate();
        if (value.find_first_of(",\"\r\n") == std::string::npos) {
            out += value;
            return;
        }
        out += '"';
        for (const char c : value) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    template <typename T>
    void operator()(const char* name, const std::optional<T>& value) {
        if (value) return (*this)(name, *value);
        separate();
    }
};

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

std::string json_quoted(std::string_view text) {
    return nlohmann::json(std::string{text})
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string call_as_json(const StoredCall& call) {
    JsonWriter writer;
    visit_columns(call, [&](const char* name, const auto& value) { writer(name, value); });
    return writer.out + "}";
}

std::string call_as_csv(const StoredCall& call) {
    CsvWriter writer;
    visit_columns(call, [&](const char* name, const auto& value) { writer(name, value); });
    return writer.out + "\r\n";
}

std::string csv_header() {
    std::string names;
    visit_columns(StoredCall{}, [&](const char* name, const auto&) {
        if (!names.empty()) names += ',';
        names += name;
    });
    return names + "\r\n";
}

std::string time_for_people(const std::optional<std::int64_t>& unix_seconds, bool local) {
    if (!unix_seconds) return "-";
    if (!local) {
        std::string text = to_iso8601(moment_from_unix(*unix_seconds));
        if (text.size() == 20) {
            text[10] = ' ';
            text.pop_back();
        }
        return text;
    }
    const std::time_t time = *unix_seconds;
    std::tm broken{};
    char text[64];
    if (localtime_r(&time, &broken) == nullptr ||
        std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &broken) == 0) {
        return std::to_string(*unix_seconds);
    }
    return text;
}

CallTable::CallTable(std::size_t columns, bool local) : local_(local) {
    // Started, talk, result, type, media, caller, callees, call id (an UUID).
    widths_ = {19, 8, 11, 6, 5, 16, 24, 36};
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
        line += i == call_id ? safe : fitted(safe, widths_[i]).append(separator);
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
