#include "api/json_canonical.h"

#include "api/json_structure.h"
#include "api/json_text.h"

#include <algorithm>

namespace callarchive {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

// simdjson's own limit is 1024 and only an assumption in release builds; recursion needs a real
// one.
constexpr int depth_max = 32;

error_code append_value(std::string& out, ondemand::value value, int depth);

error_code append_array(std::string& out, ondemand::array array, int depth) {
    out += '[';
    bool first = true;
    for (auto element : array) {
        if (const auto error = element.error()) return error;
        if (!first) out += ',';
        first = false;
        if (const auto error = append_value(out, element.value_unsafe(), depth + 1)) return error;
    }
    out += ']';
    return simdjson::SUCCESS;
}

error_code append_object(std::string& out, ondemand::object object, int depth) {
    SortedObject sorted;
    for (auto member : object) {
        ondemand::field field;
        if (const auto error = std::move(member).get(field)) return error;
        std::string key = key_of(field.key());
        std::string text;
        if (const auto error = append_value(text, field.value(), depth + 1)) return error;
        sorted.add(std::move(key), std::move(text));
    }
    out += std::move(sorted).text();
    return simdjson::SUCCESS;
}

error_code append_value(std::string& out, ondemand::value value, int depth) {
    std::string_view token;
    if (const auto error = token_of(value, token)) return error;
    const TokenKind kind = kind_of(token);
    if (kind != TokenKind::object && kind != TokenKind::array) {
        append_json_scalar(out, token);
        return simdjson::SUCCESS;
    }
    if (depth >= depth_max) {
        std::string_view raw;
        if (const auto error = raw_text_of(value, raw)) return error;
        append_json_string(out, raw);
        return simdjson::SUCCESS;
    }
    if (kind == TokenKind::object) {
        ondemand::object object;
        if (const auto error = value.get_object().get(object)) return error;
        return append_object(out, object, depth);
    }
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    return append_array(out, array, depth);
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

std::string_view raw_key_of(ondemand::raw_json_string key) {
    const char* const begin = key.raw();
    const char* end = begin;
    while (*end != '"')
        end += *end == '\\' ? 2 : 1;
    return {begin, static_cast<std::size_t>(end - begin)};
}

std::string key_of(ondemand::raw_json_string key) {
    return unescaped(raw_key_of(key));
}

// simdjson 3.0 passes over what nobody took without a look at what it is: without these two checks,
// and that of raw_text_of(), broken JSON could lose what stands behind the break, and be taken for
// whole.
error_code token_of(ondemand::value& value, std::string_view& token) {
    token = trimmed(value.raw_json_token());
    if (token.empty()) return simdjson::TAPE_ERROR;
    switch (token.front()) {
        case '"':
            // A string before a colon would be passed over as a key, and all up to the next bracket
            // with it (json_iterator::skip_child). Taken, the colon is the error that it is.
            return value.get_raw_json_string().error();
        case '}':
        case ']':
        case ',':
        case ':':
            return simdjson::TAPE_ERROR;
        default:
            return simdjson::SUCCESS;
    }
}

error_code append_canonical(std::string& out, ondemand::value value) {
    return append_value(out, value, 0);
}

error_code append_canonical(std::string& out, ondemand::array array) {
    return append_array(out, array, 0);
}

error_code raw_text_of(ondemand::value value, std::string_view& text) {
    std::string_view token;
    if (const auto error = token_of(value, token)) return error;
    switch (kind_of(token)) {
        case TokenKind::object: {
            ondemand::object object;
            if (const auto error = value.get_object().get(object)) return error;
            if (const auto error = object.raw_json().get(text)) return error;
            break;
        }
        case TokenKind::array: {
            ondemand::array array;
            if (const auto error = value.get_array().get(array)) return error;
            if (const auto error = array.raw_json().get(text)) return error;
            break;
        }
        case TokenKind::null:
        case TokenKind::boolean:
        case TokenKind::number:
        case TokenKind::string:
        case TokenKind::odd:
            text = token;  // trimmed
            return simdjson::SUCCESS;
    }
    text = trimmed(text);
    return has_json_structure(text) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

}  // namespace callarchive
