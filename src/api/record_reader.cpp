#include "api/record_reader.h"

#include "api/json_text.h"

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

// 2000-01-01 and 2200-01-01. A time in milliseconds, or one counted from another epoch, lies far
// outside; read as seconds it would put a call where no query finds it.
constexpr std::int64_t moment_min = 946'684'800;
constexpr std::int64_t moment_max = 7'258'118'400;

// The API has no more in a page. What an answer of more rows begins with is told from its bytes;
// the rest is read, for which no memory beyond the page's is needed.
constexpr std::size_t glances_max = 1'000;
constexpr std::size_t glances_usual = 100;

// Most calls have fewer.
constexpr std::size_t callees_usual = 4;

// The name of a field is compared before its end was looked for.
static_assert(field_name_bytes_max < simdjson::SIMDJSON_PADDING);

constexpr std::size_t index_of(Field field) {
    return static_cast<std::size_t>(field);
}

/// 0 means that there was no such moment (unanswered calls have acceptTs 0).
bool read_moment(std::optional<Moment>& moment, std::string_view token) {
    const auto seconds = whole_number_of(token);
    if (!seconds) return false;
    if (*seconds == 0) {
        moment.reset();
        return true;
    }
    if (*seconds < moment_min || *seconds >= moment_max) return false;
    moment = moment_from_unix(*seconds);
    return true;
}

bool read_number(std::optional<std::int64_t>& number, std::string_view token) {
    const auto value = whole_number_of(token);
    if (!value || *value < 0) return false;
    number = value;
    return true;
}

std::string json_array_of(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& text : texts) {
        if (out.size() > 1) out += ',';
        append_json_string(out, text);
    }
    return out += ']';
}

}  // namespace

error_code RecordReader::read(ondemand::array rows) {
    glances_.clear();
    next_glance_ = 0;
    if (known_ != nullptr) {
        if (const auto error = glance_at(rows)) return error;
        const bool all = glances_.size() < glances_max;
        if (all && std::all_of(glances_.begin(), glances_.end(),
                               [](const Glance& each) { return each.known.has_value(); })) {
            for (const Glance& each : glances_)
                page_.known.push_back(*each.known);
            return simdjson::SUCCESS;
        }
        if (const auto error = rows.reset().error()) return error;
    }
    for (auto row : rows) {
        if (const auto error = row.error()) return error;
        if (const auto error = read_row(row.value_unsafe())) return error;
    }
    return simdjson::SUCCESS;
}

/// Where all are known, as is usual, that is all that is done. All fingerprints are made before the
/// first is looked for: one after the other, each look would wait for the memory.
error_code RecordReader::glance_at(ondemand::array rows) {
    glances_.reserve(glances_usual);
    for (auto row : rows) {
        if (const auto error = row.error()) return error;
        if (glances_.size() == glances_max) break;
        Glance& glance = glances_.emplace_back();
        if (const auto error = glance_at(row.value_unsafe(), glance)) return error;
    }
    for (Glance& glance : glances_) {
        if (glance.fingerprint != Fingerprint{}) glance.known = known_->find(glance.fingerprint);
    }
    return simdjson::SUCCESS;
}

error_code RecordReader::glance_at(ondemand::value row, Glance& glance) {
    std::string_view raw;
    if (const auto error = token_of(row, raw)) return error;
    glance.begin = raw.data();
    if (kind_of(raw) != TokenKind::object) return raw_text_of(row, raw);
    ondemand::object object;
    if (const auto error = row.get_object().get(object)) return error;
    if (const auto error = object.raw_json().get(raw)) return error;
    glance.fingerprint = known_->fingerprint_of(sdk_app_id_, dialect_, raw);
    known_->expect(glance.fingerprint);
    return simdjson::SUCCESS;
}

error_code RecordReader::read_row(ondemand::value row) {
    std::string_view raw;
    if (const auto error = token_of(row, raw)) return error;
    Glance glance;
    if (next_glance_ < glances_.size()) {
        glance = glances_[next_glance_++];
        // What was found of one row must not be taken for what was found of another.
        if (glance.begin != raw.data()) return simdjson::TAPE_ERROR;
    }
    if (kind_of(raw) != TokenKind::object) {
        if (const auto error = raw_text_of(row, raw)) return error;
        reject(raw, "the record is no JSON object");
        return simdjson::SUCCESS;
    }
    ondemand::object object;
    if (const auto error = row.get_object().get(object)) return error;
    if (glance.known) {
        page_.known.push_back(*glance.known);
        return object.raw_json().error();
    }
    return read_object(object, glance.fingerprint);
}

error_code RecordReader::read_object(ondemand::object object, const Fingerprint& fingerprint) {
    Draft draft{.record = page_.records.emplace_back()};
    draft.record.fingerprint = fingerprint;
    for (auto member : object) {
        ondemand::field field;
        if (const auto error = std::move(member).get(field)) return error;
        if (const auto expected = fields_.expected(field.key().raw())) {
            if (const auto error = read_field(draft, *expected, field.value())) return error;
            continue;
        }
        const std::string name = key_of(field.key());
        const auto known = fields_.find(name);
        const auto error = known ? read_field(draft, *known, field.value())
                                 : keep_in_extra(draft, name, field.value());
        if (error) return error;
    }
    if (draft.record.call_id.empty()) {
        std::string_view raw;
        if (const auto error = object.raw_json().get(raw)) return error;
        page_.records.pop_back();
        reject(trimmed(raw),
               std::string{draft.rejection.empty() ? "callId is missing" : draft.rejection});
        return simdjson::SUCCESS;
    }
    if (!draft.extra.empty()) draft.record.extra = std::move(draft.extra).text();
    return simdjson::SUCCESS;
}

error_code RecordReader::read_field(Draft& draft, Field field, ondemand::value value) {
    std::string_view token;
    if (const auto error = token_of(value, token)) return error;
    const TokenKind kind = kind_of(token);
    if (field == Field::callees && kind == TokenKind::array) return read_callees(draft, value);
    const bool container = kind == TokenKind::object || kind == TokenKind::array;
    if (!container && read_scalar(draft, field, token, kind)) return simdjson::SUCCESS;
    return keep_in_extra(draft, name_of(dialect_, field), value);
}

error_code RecordReader::read_callees(Draft& draft, ondemand::value value) {
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    std::vector<std::string> callees;
    callees.reserve(callees_usual);
    bool holes = false;
    for (auto element : array) {
        if (const auto error = element.error()) return error;
        ondemand::value callee = element.value_unsafe();
        std::string_view token;
        if (const auto error = token_of(callee, token)) return error;
        switch (kind_of(token)) {
            case TokenKind::null:
                holes = true;
                break;
            case TokenKind::string:
            case TokenKind::number:
            case TokenKind::boolean:
            case TokenKind::odd:
                callees.push_back(text_of(token));
                break;
            case TokenKind::object:
            case TokenKind::array: {
                std::string text;
                if (const auto error = append_canonical(text, callee)) return error;
                callees.push_back(std::move(text));
                break;
            }
        }
    }
    auto& kept = draft.record.callees;
    if (kept && *kept != callees) {
        draft.extra.add(std::string{name_of(dialect_, Field::callees)}, json_array_of(*kept));
    }
    // A null is no user; that there was one must still be visible.
    if (holes) {
        if (const auto error = array.reset().error()) return error;
        std::string text;
        if (const auto error = append_canonical(text, array)) return error;
        draft.extra.add(std::string{name_of(dialect_, Field::callees)}, std::move(text));
    }
    kept = std::move(callees);
    return simdjson::SUCCESS;
}

bool RecordReader::read_scalar(Draft& draft, Field field, std::string_view token, TokenKind kind) {
    if (field == Field::call_id) return read_call_id(draft, token, kind);
    if (kind == TokenKind::null) return true;
    if (field == Field::sdk_app_id) return read_sdk_app_id(token);
    if (text_member(draft.record, field) != nullptr) return read_text(draft, field, token, kind);
    if (auto* const moment = moment_member(draft.record, field)) {
        auto read = *moment;
        if (!read_moment(read, token)) return false;
        note_read(draft, field, token);
        *moment = read;
        return true;
    }
    if (auto* const number = number_member(draft.record, field)) {
        auto read = *number;
        if (!read_number(read, token)) return false;
        note_read(draft, field, token);
        *number = read;
        return true;
    }
    return false;
}

bool RecordReader::read_call_id(Draft& draft, std::string_view token, TokenKind kind) const {
    if (kind != TokenKind::string && kind != TokenKind::number) {
        draft.rejection = kind == TokenKind::null ? "callId is null" : "callId is no text";
        return kind == TokenKind::null;
    }
    std::string text = text_of(token);
    if (text.empty()) {
        draft.rejection = "callId is empty";
        return false;
    }
    note_read(draft, Field::call_id, token);
    draft.record.call_id = std::move(text);
    return true;
}

bool RecordReader::read_text(Draft& draft, Field field, std::string_view token,
                             TokenKind kind) const {
    if (kind == TokenKind::odd) return false;
    std::string text = text_of(token);
    if (dialect_ == Dialect::v4) {
        if (const auto spelling = v1_spelling(field, text)) text = *spelling;
    }
    note_read(draft, field, token);
    *text_member(draft.record, field) = std::move(text);
    return true;
}

bool RecordReader::read_sdk_app_id(std::string_view token) {
    const auto id = whole_number_of(token);
    if (!id) return false;
    if (*id == sdk_app_id_) return true;
    auto& foreign = page_.foreign_sdk_app_ids;
    if (std::find(foreign.begin(), foreign.end(), *id) == foreign.end()) foreign.push_back(*id);
    return false;
}

void RecordReader::note_read(Draft& draft, Field field, std::string_view token) const {
    std::string_view& earlier = draft.tokens[index_of(field)];
    if (!earlier.empty() && earlier != token) {
        std::string text;
        append_json_scalar(text, earlier);
        draft.extra.add(std::string{name_of(dialect_, field)}, std::move(text));
    }
    earlier = token;
}

error_code RecordReader::keep_in_extra(Draft& draft, std::string_view name,
                                       ondemand::value value) const {
    std::string text;
    if (const auto error = append_canonical(text, value)) return error;
    draft.extra.add(std::string{name}, std::move(text));
    return simdjson::SUCCESS;
}

void RecordReader::reject(std::string_view raw, std::string reason) {
    page_.rejected.push_back({.raw = std::string{raw}, .reason = std::move(reason)});
}

}  // namespace callarchive
