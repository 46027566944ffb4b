#include "store/content.h"

#include "store/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <string_view>

namespace callarchive {
namespace {

// The callees' text and the bytes of the hash are made for each call that is told: written into
// room that was made sure of once, they take a third of what a string does that grows by and by.
char* room_in(std::string& buffer, std::size_t bytes) {
    if (buffer.size() < bytes) buffer.resize(bytes);
    return buffer.data();
}

char* put(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

// Lengths and a mark for "not given" keep apart what would read the same when joined.
constexpr std::size_t hashed_number_max = 1 + sizeof(std::int64_t);

char* put_hashed(char* at, const std::optional<std::int64_t>& value) {
    *at++ = value ? 'i' : '-';
    if (!value) return at;
    std::memcpy(at, &*value, sizeof *value);
    return at + sizeof *value;
}

char* put_hashed(char* at, const std::optional<Moment>& moment) {
    return put_hashed(at, moment ? std::optional{unix_seconds(*moment)} : std::nullopt);
}

char* put_hashed(char* at, const std::optional<std::string_view>& text) {
    if (!text) return put_hashed(at, std::optional<std::int64_t>{});
    return put(put_hashed(at, std::optional{static_cast<std::int64_t>(text->size())}), *text);
}

/// What a JSON string cannot say as it is.
constexpr bool is_special(char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

constexpr std::array<bool, 256> specials = [] {
    std::array<bool, 256> special{};
    for (std::size_t c = 0; c < special.size(); ++c)
        special[c] = is_special(static_cast<char>(c));
    return special;
}();

/// Nothing where anything is special: then this is not how to say it.
char* put_if_plain(char* at, std::string_view text) {
    bool special = false;
    for (const char c : text) {
        special |= specials[static_cast<unsigned char>(c)];
        *at++ = c;
    }
    return special ? nullptr : at;
}

void append_json_string(std::string& json, std::string_view text) {
    json.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json.push_back('\\');
            json.push_back(c);
        } else if (is_special(c)) {
            fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<int>(c));
        } else {
            json.push_back(c);
        }
    }
    json.push_back('"');
}

/// Of texts of which one or the other has something special.
std::string_view escaped_json_array_of(const std::vector<std::string>& texts, std::string& buffer) {
    buffer.assign(1, '[');
    for (const std::string& text : texts) {
        if (buffer.size() > 1) buffer.push_back(',');
        append_json_string(buffer, text);
    }
    buffer.push_back(']');
    return buffer;
}

}  // namespace

std::string_view json_array_of(const std::vector<std::string>& texts, std::string& buffer) {
    constexpr std::size_t around = 3;  // two quotation marks and a comma
    std::size_t size = 2;
    for (const std::string& text : texts)
        size += text.size() + around;
    char* const begin = room_in(buffer, size);
    char* at = begin;
    *at++ = '[';
    for (const std::string& text : texts) {
        if (at != begin + 1) *at++ = ',';
        *at++ = '"';
        at = put_if_plain(at, text);
        if (at == nullptr) return escaped_json_array_of(texts, buffer);
        *at++ = '"';
    }
    *at++ = ']';
    return {begin, at};
}

std::int64_t content_hash(const CallRecord& record, const std::optional<std::string_view>& callees,
                          std::string& buffer) {
    const std::array<std::optional<std::string_view>, 7> texts{
        record.media_type, record.call_type, record.call_result, record.room_id,
        record.caller,     callees,          record.extra};
    std::size_t size = (3 + texts.size()) * hashed_number_max;
    for (const auto& text : texts)
        if (text) size += text->size();
    char* const begin = room_in(buffer, size);
    char* at = put_hashed(begin, record.start);
    at = put_hashed(at, record.accept);
    at = put_hashed(at, record.end);
    for (const auto& text : texts)
        at = put_hashed(at, text);
    return stable_hash({begin, at});
}

Merged merge(const Content& stored, const Content& told, Dialects dialects) {
    Content merged = told;
    const bool told_by_v1 = dialects.told == Dialect::v1;
    if (told_by_v1) {
        merged.room_id_type = stored.room_id_type;
    } else {
        merged.total_user_number = stored.total_user_number;
    }
    if (dialects.stored != dialects.told && stored.extra) merged.extra = stored.extra;
    if (merged == stored) return {stored, Difference::none};
    if (dialects.stored == dialects.told) return {std::move(merged), Difference::changed};

    Content filled = stored;
    if (!filled.extra) filled.extra = merged.extra;
    if (!told_by_v1 && !filled.room_id_type) filled.room_id_type = merged.room_id_type;
    if (told_by_v1 && !filled.total_user_number) {
        filled.total_user_number = merged.total_user_number;
    }
    const Difference difference = filled == merged ? Difference::filled : Difference::changed;
    return {std::move(merged), difference};
}

bool answered(const ContentNumbers& content) {
    // 3 to 7: cancel, reject, not_answer, call_busy, offline (migrations/0001_archive.sql).
    const std::int64_t result = content.call_result.value_or(0);
    return content.accept_ts.has_value() && !(result >= 3 && result <= 7);
}

std::int64_t talk_seconds(const ContentNumbers& content) {
    if (!answered(content) || !content.end_ts) return 0;
    std::int64_t talk = 0;
    if (__builtin_sub_overflow(*content.end_ts, *content.accept_ts, &talk)) {
        return *content.end_ts < 0 ? -talk_seconds_max : talk_seconds_max;
    }
    return std::clamp(talk, -talk_seconds_max, talk_seconds_max);
}

}  // namespace callarchive
