#include "api/json_canonical.h"

#include "api/json_structure.h"
#include "api/json_text.h"

#include <algorithm>

namespace callarchive {
namespace {

using simdjson::error_code;

// Recursion needs a limit.
constexpr int depth_max = 32;

error_code append_value(std::string& out, JsonWalk& walk, int depth);

error_code append_array(std::string& out, JsonWalk& walk, int depth) {
    out += '[';
    bool first = true;
    const auto error = for_each_element(walk, [&] {
        if (!first) out += ',';
        first = false;
        return append_value(out, walk, depth + 1);
    });
    out += ']';
    return error;
}

error_code append_object(std::string& out, JsonWalk& walk, int depth) {
    SortedObject sorted;
    const auto error = for_each_member(walk, [&](const char* key) {
        std::string text;
        const auto broken = append_value(text, walk, depth + 1);
        sorted.add(key_of(key), std::move(text));
        return broken;
    });
    out += std::move(sorted).text();
    return error;
}

error_code append_value(std::string& out, JsonWalk& walk, int depth) {
    std::string_view token;
    if (const auto error = token_of(walk, token)) return error;
    const TokenKind kind = kind_of(token);
    if (kind != TokenKind::object && kind != TokenKind::array) {
        append_json_scalar(out, token);
        walk.pass();
        return simdjson::SUCCESS;
    }
    if (depth >= depth_max) {
        std::string_view raw;
        if (const auto error = pass_value(walk, raw)) return error;
        append_json_string(out, raw);
        return simdjson::SUCCESS;
    }
    if (kind == TokenKind::object) return append_object(out, walk, depth);
    return append_array(out, walk, depth);
}

}  // namespace

void SortedObject::add(std::string key, std::string value) {
    members_.emplace_back(std::move(key), std::move(value));
}

std::string SortedObject::text() && {
    std::stable_sort(members_.begin(), members_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out = "{";
    for (auto it = members_.begin(); it != members_.end();) {
        if (out.size() > 1) out += ',';
        append_json_string(out, it->first);
        out += ':';
        const auto same_end = std::find_if(
            it, members_.end(), [&](const auto& member) { return member.first != it->first; });
        std::vector<std::string_view> values;
        for (auto same = it; same != same_end; ++same) {
            if (std::find(values.begin(), values.end(), same->second) == values.end()) {
                values.push_back(same->second);
            }
        }
        if (values.size() == 1) {
            out += values.front();
        } else {
            for (std::size_t i = 0; i < values.size(); ++i) {
                out += i == 0 ? '[' : ',';
                out += values[i];
            }
            out += ']';
        }
        it = same_end;
    }
    return out += '}';
}

std::string_view raw_key_of(const char* key) {
    const char* end = key;
    while (*end != '"')
        end += *end == '\\' ? 2 : 1;
    return {key, static_cast<std::size_t>(end - key)};
}

std::string key_of(const char* key) {
    return unescaped(raw_key_of(key));
}

error_code append_canonical(std::string& out, JsonWalk& walk) {
    return append_value(out, walk, 0);
}

error_code pass_value(JsonWalk& walk, std::string_view& text) {
    if (const auto error = token_of(walk, text)) return error;
    const TokenKind kind = kind_of(text);
    if (kind != TokenKind::object && kind != TokenKind::array) {
        walk.pass();
        return simdjson::SUCCESS;
    }
    const char* const begin = walk.here();
    if (!walk.pass_brackets()) return simdjson::TAPE_ERROR;
    text = {begin, static_cast<std::size_t>(walk.behind_bracket() - begin)};
    return has_json_structure(text) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

}  // namespace callarchive
