#include "store/content.h"

#include "store/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace callarchive {
namespace {

// Lengths and a mark for "not given" keep apart what would read the same when joined.
void append(std::string& buffer, const std::optional<std::int64_t>& value) {
    buffer.push_back(value ? 'i' : '-');
    if (value) buffer.append(reinterpret_cast<const char*>(&*value), sizeof *value);
}

void append(std::string& buffer, std::string_view text) {
    append(buffer, std::optional{static_cast<std::int64_t>(text.size())});
    buffer.append(text);
}

void append(std::string& buffer, const std::optional<std::string>& text) {
    if (text) {
        append(buffer, std::string_view{*text});
    } else {
        buffer.push_back('-');
    }
}

void append(std::string& buffer, const std::optional<Moment>& moment) {
    append(buffer, moment ? std::optional{unix_seconds(*moment)} : std::nullopt);
}

void append_json_string(std::string& json, std::string_view text) {
    json.push_back('"');
    const auto is_special = [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    };
    if (std::none_of(text.begin(), text.end(), is_special)) {
        json.append(text);
        json.push_back('"');
        return;
    }
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json.push_back('\\');
            json.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<int>(c));
        } else {
            json.push_back(c);
        }
    }
    json.push_back('"');
}

}  // namespace

std::string json_array_of(const std::vector<std::string>& texts) {
    std::string json = "[";
    for (const std::string& text : texts) {
        if (json.size() > 1) json.push_back(',');
        append_json_string(json, text);
    }
    json.push_back(']');
    return json;
}

std::int64_t content_hash(const CallRecord& record, const std::optional<std::string>& callees,
                          std::string& buffer) {
    buffer.clear();
    append(buffer, record.start);
    append(buffer, record.accept);
    append(buffer, record.end);
    append(buffer, record.media_type);
    append(buffer, record.call_type);
    append(buffer, record.call_result);
    append(buffer, record.room_id);
    append(buffer, record.caller);
    append(buffer, callees);
    append(buffer, std::string_view{record.extra});
    return stable_hash(buffer);
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

bool answered(const Content& content) {
    // 3 to 7: cancel, reject, not_answer, call_busy, offline (migrations/0001_archive.sql).
    const std::int64_t result = content.call_result.value_or(0);
    return content.accept_ts.has_value() && !(result >= 3 && result <= 7);
}

std::int64_t talk_seconds(const Content& content) {
    if (!answered(content) || !content.end_ts) return 0;
    std::int64_t talk = 0;
    if (__builtin_sub_overflow(*content.end_ts, *content.accept_ts, &talk)) {
        return *content.end_ts < 0 ? -talk_seconds_max : talk_seconds_max;
    }
    return std::clamp(talk, -talk_seconds_max, talk_seconds_max);
}

}  // namespace callarchive
