#include "app/commands/call_format.h"

#include "app/text/printable.h"
#include "app/text/text_buffer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <type_traits>

namespace callarchive {
namespace {

// Everything here runs for every column of every call of an export, so the common text, printable
// ASCII, is told by looking at many bytes at once, and copied whole.
using Bytes [[gnu::vector_size(16)]] = unsigned char;
constexpr std::size_t width = sizeof(Bytes);

template <typename T>
T load(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// Fewer than sixteen bytes, some of them twice, or filled up with spaces.
Bytes load_short(std::string_view text) {
    const char* const first = text.data();
    const char* const end = first + text.size();
    if (text.size() >= 8) {
        return std::bit_cast<Bytes>(
            std::array{load<std::uint64_t>(first), load<std::uint64_t>(end - 8)});
    }
    if (text.size() >= 4) {
        const auto head = load<std::uint32_t>(first), tail = load<std::uint32_t>(end - 4);
        return std::bit_cast<Bytes>(std::array{head, tail, head, tail});
    }
    Bytes bytes = Bytes{} + ' ';
    for (std::size_t i = 0; i < text.size(); ++i)
        bytes[i] = static_cast<unsigned char>(text[i]);
    return bytes;
}

/// Whether any byte is special; `special(bytes)` gives a mask.
template <typename Special>
bool has_any(std::string_view text, Special special) {
    const auto found = [&](Bytes bytes) {
        const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(special(bytes));
        return (halves[0] | halves[1]) != 0;
    };
    if (text.size() < width) return found(load_short(text));
    for (std::size_t at = 0; at + width < text.size(); at += width) {
        if (found(load<Bytes>(text.data() + at))) return true;
    }
    // The last ones, whatever of them was looked at already.
    return found(load<Bytes>(text.data() + text.size() - width));
}

/// All but printable ASCII, and what JSON escapes of that.
bool has_json_special(std::string_view text) {
    return has_any(text, [](Bytes bytes) {
        return (bytes < 0x20) | (bytes >= 0x7F) | (bytes == '"') | (bytes == '\\');
    });
}

bool has_csv_special(std::string_view text) {
    return has_any(text, [](Bytes bytes) {
        return (bytes == '"') | (bytes == ',') | (bytes == '\r') | (bytes == '\n');
    });
}

void append_json_string(TextBuffer& out, std::string_view text) {
    if (has_json_special(text)) {
        out.add(json_quoted(text));
        return;
    }
    out.add('"');
    out.add(text);
    out.add('"');
}

/// Whether it surely is a JSON array of strings as the writer makes them. False says nothing.
bool is_plain_array(std::string_view text) {
    if (text == "[]") return true;
    if (text.size() < 4 || !text.starts_with("[\"") || !text.ends_with("\"]")) return false;
    text = text.substr(2, text.size() - 4);
    while (true) {
        const std::size_t quote = text.find('"');
        const std::string_view item = text.substr(0, quote);
        if (has_json_special(item)) return false;
        if (quote == std::string_view::npos) return true;
        if (text.substr(quote, 3) != "\",\"") return false;
        text.remove_prefix(quote + 3);
    }
}

void append_json_value(TextBuffer& out, std::string_view value) {
    if (is_plain_array(value)) {
        out.add(value);
    } else if (nlohmann::json::accept(value)) {
        // A line is an object: line ends between the tokens of what the API sent go.
        std::string line;
        std::copy_if(value.begin(), value.end(), std::back_inserter(line),
                     [](char c) { return c != '\n' && c != '\r'; });
        out.add(printable_json(line));
    } else {
        append_json_string(out, value);
    }
}

/// Visits every column in the view's order; `visit(key, value)`, where the key is `,"name":`.
template <typename Call, typename Visit>
void visit_columns(const Call& c, Visit&& visit) {
    visit("{\"app\":", c.app);
    visit(",\"sdk_app_id\":", c.sdk_app_id);
    visit(",\"call_id\":", c.call_id);
    visit(",\"media_type\":", c.media_type);
    visit(",\"call_type\":", c.call_type);
    visit(",\"call_result\":", c.call_result);
    visit(",\"room_id\":", c.room_id);
    visit(",\"caller\":", c.caller);
    visit.json(",\"callees\":", c.callees);
    visit(",\"start_ts\":", c.start_ts);
    visit(",\"accept_ts\":", c.accept_ts);
    visit(",\"end_ts\":", c.end_ts);
    visit(",\"started_at\":", c.started_at);
    visit(",\"accepted_at\":", c.accepted_at);
    visit(",\"ended_at\":", c.ended_at);
    visit(",\"answered\":", std::int64_t{c.answered ? 1 : 0});
    visit(",\"ring_seconds\":", c.ring_seconds);
    visit(",\"talk_seconds\":", c.talk_seconds);
    visit(",\"first_seen_at\":", c.first_seen_at);
    visit(",\"changed_at\":", c.changed_at);
    visit(",\"revision\":", c.revision);
    visit(",\"room_id_type\":", c.room_id_type);
    visit(",\"total_user_number\":", c.total_user_number);
    visit.json(",\"extra\":", c.extra);
}

struct JsonWriter {
    TextBuffer& out;

    [[gnu::always_inline]] void operator()(std::string_view key, std::int64_t value) {
        out.add(key);
        out.add(value);
    }
    [[gnu::always_inline]] void operator()(std::string_view key, std::string_view value) {
        out.add(key);
        append_json_string(out, value);
    }
    /// What is JSON already; a row that says otherwise is shown as the text it is.
    [[gnu::always_inline]] void json(std::string_view key, std::string_view value) {
        out.add(key);
        append_json_value(out, value);
    }
    template <typename T>
    [[gnu::always_inline]] void operator()(std::string_view key, const std::optional<T>& value) {
        if (value) return (*this)(key, *value);
        out.add(key);
        out.add("null");
    }
    template <typename T>
    [[gnu::always_inline]] void json(std::string_view key, const std::optional<T>& value) {
        if (value) return json(key, std::string_view{*value});
        out.add(key);
        out.add("null");
    }
};

struct CsvWriter {
    TextBuffer& out;
    bool first = true;

    void separate() {
        if (!first) out.add(',');
        first = false;
    }
    void operator()(std::string_view, std::int64_t value) {
        separate();
        out.add(value);
    }
    void operator()(std::string_view, std::string_view value) {
        separate();
        if (!has_csv_special(value)) {
            out.add(value);
            return;
        }
        out.add('"');
        for (const char c : value) {
            if (c == '"') out.add('"');
            out.add(c);
        }
        out.add('"');
    }
    template <typename T>
    void operator()(std::string_view key, const std::optional<T>& value) {
        if (value) return (*this)(key, *value);
        separate();
    }
    template <typename T>
    void json(std::string_view key, const T& value) {
        (*this)(key, value);
    }
};

struct HeaderWriter {
    std::string& out;

    template <typename T>
    void operator()(std::string_view key, const T&) {
        if (!out.empty()) out += ',';
        out += key.substr(2, key.size() - 4);
    }
    template <typename T>
    void json(std::string_view key, const T& value) {
        (*this)(key, value);
    }
};

template <typename Call>
void append_json_of(std::string& out, const Call& call) {
    TextBuffer buffer{out};
    JsonWriter writer{buffer};
    visit_columns(call, writer);
    if constexpr (std::is_same_v<Call, StoredCall>) {
        if (call.replaced_at) writer(",\"replaced_at\":", *call.replaced_at);
    }
    buffer.add('}');
    buffer.finish();
}

template <typename Call>
void append_csv_of(std::string& out, const Call& call) {
    TextBuffer buffer{out};
    CsvWriter writer{buffer};
    visit_columns(call, writer);
    buffer.add("\r\n");
    buffer.finish();
}

}  // namespace

std::string json_quoted(std::string_view text) {
    // JSON may be looked at on a terminal: what moves the cursor is escaped beyond what JSON asks.
    return printable_json(
        nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void append_json(std::string& out, const StoredCall& call) {
    append_json_of(out, call);
}
void append_json(std::string& out, const CallRow& call) {
    append_json_of(out, call);
}
std::string call_as_json(const StoredCall& call) {
    std::string text;
    append_json(text, call);
    return text;
}

void append_csv(std::string& out, const StoredCall& call) {
    append_csv_of(out, call);
}
void append_csv(std::string& out, const CallRow& call) {
    append_csv_of(out, call);
}
std::string call_as_csv(const StoredCall& call) {
    std::string text;
    append_csv(text, call);
    return text;
}

std::string csv_for_terminal(std::string_view record) {
    return printable(record.substr(0, record.size() - 2)) + "\n";
}

std::string csv_header() {
    std::string names;
    HeaderWriter writer{names};
    visit_columns(StoredCall{}, writer);
    return names + "\r\n";
}

}  // namespace callarchive
