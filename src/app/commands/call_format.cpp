#include "app/commands/call_format.h"

#include "app/text/printable.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <type_traits>

namespace callarchive {
namespace {

// Everything here runs for every column of every call of an export, so the common text, printable
// ASCII, is looked at byte by byte through a table and copied whole.
enum Meaning : std::uint8_t { plain = 0, json_special = 1, csv_special = 2 };

constexpr std::array<std::uint8_t, 256> meanings = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) {
        if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') table[c] |= json_special;
        if (c == '"' || c == ',' || c == '\r' || c == '\n') table[c] |= csv_special;
    }
    return table;
}();

bool has(std::string_view text, std::uint8_t meaning) {
    std::uint8_t seen = plain;
    for (const char c : text)
        seen |= meanings[static_cast<unsigned char>(c)];
    return (seen & meaning) != 0;
}

// Eight bytes at a time, without a carry from one into the next.
constexpr std::uint64_t every(std::uint8_t byte) {
    return 0x0101010101010101U * byte;
}

/// Whether any of eight bytes is special in JSON, as `meanings` has it.
bool any_json_special(std::uint64_t bytes) {
    constexpr std::uint64_t high = every(0x80);
    const std::uint64_t low_bits = bytes & ~high;
    const auto is = [&](std::uint8_t byte) {
        // The high bit of each byte that differs.
        return ~((low_bits ^ every(byte)) + every(0x7F));
    };
    const std::uint64_t below_space = ~(low_bits + every(0x80 - 0x20));
    return ((bytes | below_space | is(0x7F) | is('"') | is('\\')) & high) != 0;
}

bool has_json_special(std::string_view text) {
    constexpr std::size_t width = sizeof(std::uint64_t);
    if (text.size() < width) return has(text, json_special);
    const auto eight_at = [&](std::size_t at) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + at, width);
        return bytes;
    };
    for (std::size_t at = 0; at + width < text.size(); at += width) {
        if (any_json_special(eight_at(at))) return true;
    }
    // The last eight, whatever of them was looked at already.
    return any_json_special(eight_at(text.size() - width));
}

void append_number(std::string& out, std::int64_t value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void append_json_string(std::string& out, std::string_view text) {
    if (has_json_special(text)) {
        out += json_quoted(text);
        return;
    }
    out += '"';
    out += text;
    out += '"';
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
    std::string& out;

    void operator()(std::string_view key, std::int64_t value) {
        out += key;
        append_number(out, value);
    }
    void operator()(std::string_view key, std::string_view value) {
        out += key;
        append_json_string(out, value);
    }
    /// What is JSON already; a row that says otherwise is shown as the text it is.
    void json(std::string_view key, std::string_view value) {
        out += key;
        if (is_plain_array(value)) {
            out += value;
        } else if (nlohmann::json::accept(value)) {
            // A line is an object: line ends between the tokens of what the API sent go.
            std::string line;
            std::copy_if(value.begin(), value.end(), std::back_inserter(line),
                         [](char c) { return c != '\n' && c != '\r'; });
            out += printable_json(line);
        } else {
            append_json_string(out, value);
        }
    }
    template <typename T>
    void operator()(std::string_view key, const std::optional<T>& value) {
        if (value) return (*this)(key, *value);
        out += key;
        out += "null";
    }
    template <typename T>
    void json(std::string_view key, const std::optional<T>& value) {
        if (value) return json(key, std::string_view{*value});
        out += key;
        out += "null";
    }
};

struct CsvWriter {
    std::string& out;
    bool first = true;

    void separate() {
        if (!first) out += ',';
        first = false;
    }
    void operator()(std::string_view, std::int64_t value) {
        separate();
        append_number(out, value);
    }
    void operator()(std::string_view, std::string_view value) {
        separate();
        if (!has(value, csv_special)) {
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
    JsonWriter writer{out};
    visit_columns(call, writer);
    if constexpr (std::is_same_v<Call, StoredCall>) {
        if (call.replaced_at) writer(",\"replaced_at\":", *call.replaced_at);
    }
    out += '}';
}

template <typename Call>
void append_csv_of(std::string& out, const Call& call) {
    CsvWriter writer{out};
    visit_columns(call, writer);
    out += "\r\n";
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
