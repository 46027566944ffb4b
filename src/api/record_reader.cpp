#include "api/record_reader.h"

#include "api/json_text.h"

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

using simdjson::error_code;

// 2000-01-01 and 2200-01-01. A time in milliseconds, or one counted from another epoch, lies far
// outside; read as seconds it would put a call where no query finds it.
constexpr std::int64_t moment_min = 946'684'800;
constexpr std::int64_t moment_max = 7'258'118'400;

// The API has no more in a page. What an answer of more rows begins with is told from its bytes;
// the rest is read, for which no memory beyond the page's is needed.
constexpr std::size_t glances_max = 1'000;

// Most calls have fewer.
constexpr std::size_t callees_usual = 4;

// The name of a field is compared before its end was looked for.
static_assert(key_bytes_compared <= simdjson::SIMDJSON_PADDING);

constexpr std::size_t index_of(Field field) {
    return static_cast<std::size_t>(field);
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

error_code RecordReader::read(JsonWalk& rows) {
    glances_.clear();
    next_glance_ = 0;
    if (known_ != nullptr) {
        JsonWalk ahead = rows;
        if (const auto error = glance_at_all(ahead)) return error;
        const auto known = static_cast<std::size_t>(
            std::count_if(glances_.begin(), glances_.end(),
                          [](const Glance& each) { return each.known.has_value(); }));
        page_.known.reserve(known);
        if (known == glances_.size() && known < glances_max) {
            for (const Glance& each : glances_)
                page_.known.push_back(*each.known);
            rows = ahead;
            return simdjson::SUCCESS;
        }
        if (page_.records.empty()) page_.records = room_.records(glances_.size() - known);
    }
    // One look instead of one in each string: nearly no answer has any. Once for all lists that an
    // answer may have.
    if (!has_escapes_) has_escapes_ = text_.find('\\') != std::string_view::npos;
    return for_each_element(rows, [&] { return read_row(rows); });
}

/// Where all are known, as is usual, that is all that is done. All fingerprints are made before the
/// first is looked for: one after the other, each look would wait for the memory.
error_code RecordReader::glance_at_all(JsonWalk& rows) {
    const auto error = for_each_element(rows, [&] {
        if (glances_.size() < glances_max) return glance_at_row(rows, glances_.emplace_back());
        std::string_view raw;
        return pass_value(rows, raw);
    });
    if (error) return error;
    for (Glance& glance : glances_) {
        if (glance.fingerprint != Fingerprint{}) glance.known = known_->find(glance.fingerprint);
    }
    return simdjson::SUCCESS;
}

error_code RecordReader::glance_at_row(JsonWalk& walk, Glance& glance) const {
    glance.begin = walk.here();
    std::string_view raw;
    if (walk.peek() != '{') return pass_value(walk, raw);
    // What is between the brackets is looked at when it is read: bytes that are known were.
    if (!walk.pass_brackets()) return simdjson::TAPE_ERROR;
    raw = {glance.begin, static_cast<std::size_t>(walk.behind_bracket() - glance.begin)};
    glance.fingerprint = known_->fingerprint_of(sdk_app_id_, dialect_, raw);
    known_->expect(glance.fingerprint);
    return simdjson::SUCCESS;
}

error_code RecordReader::read_row(JsonWalk& walk) {
    Glance glance;
    if (next_glance_ < glances_.size()) {
        glance = glances_[next_glance_++];
        // What was found of one row must not be taken for what was found of another.
        if (glance.begin != walk.here()) return simdjson::TAPE_ERROR;
    }
    if (walk.peek() != '{') {
        std::string_view raw;
        if (const auto error = pass_value(walk, raw)) return error;
        reject(raw, "the record is no JSON object");
        return simdjson::SUCCESS;
    }
    if (glance.known) {
        page_.known.push_back(*glance.known);
        return walk.pass_brackets() ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    }
    return read_object(walk, glance.fingerprint);
}

error_code RecordReader::read_object(JsonWalk& walk, const Fingerprint& fingerprint) {
    const char* const begin = walk.here();
    Draft draft{.record = page_.records.emplace_back()};
    draft.record.fingerprint = fingerprint;
    draft.record.call_id = room_.call_id();
    const auto error = for_each_member(walk, [&](const char* key) {
        if (const auto expected = fields_.expected(key)) return read_field(draft, *expected, walk);
        const std::string name = key_of(key);
        const auto known = fields_.find(name);
        return known ? read_field(draft, *known, walk) : keep_in_extra(draft, name, walk);
    });
    if (error) return error;
    if (draft.record.call_id.empty()) {
        const std::string_view raw{begin, static_cast<std::size_t>(walk.behind_bracket() - begin)};
        page_.records.pop_back();
        reject(raw, std::string{draft.rejection.empty() ? "callId is missing" : draft.rejection});
        return simdjson::SUCCESS;
    }
    if (!draft.extra.empty()) draft.record.extra = std::move(draft.extra).text();
    return simdjson::SUCCESS;
}

error_code RecordReader::read_field(Draft& draft, Field field, JsonWalk& walk) {
    std::string_view token;
    if (const auto error = token_of(walk, token)) return error;
    const bool array = token.front() == '[';
    if (array && field == Field::callees) return read_callees(draft, walk);
    if (!array && token.front() != '{' && read_scalar(draft, field, token)) {
        walk.pass();
        return simdjson::SUCCESS;
    }
    return keep_in_extra(draft, name_of(dialect_, field), walk);
}

error_code RecordReader::read_callees(Draft& draft, JsonWalk& walk) {
    JsonWalk again = walk;
    std::vector<std::string> callees = room_.callees();
    callees.reserve(callees_usual);
    bool holes = false;
    const auto broken = for_each_element(walk, [&] {
        std::string_view token;
        if (const auto error = token_of(walk, token)) return error;
        switch (is_string(token) ? TokenKind::string : kind_of(token)) {
            case TokenKind::null:
                holes = true;
                break;
            case TokenKind::string:
            case TokenKind::number:
            case TokenKind::boolean:
            case TokenKind::odd:
                callees.emplace_back(text_in(token));
                break;
            case TokenKind::object:
            case TokenKind::array:
                return append_canonical(callees.emplace_back(), walk);
        }
        walk.pass();
        return simdjson::SUCCESS;
    });
    if (broken) return broken;
    auto& kept = draft.record.callees;
    if (kept && *kept != callees) {
        draft.extra.add(std::string{name_of(dialect_, Field::callees)}, json_array_of(*kept));
    }
    // A null is no user; that there was one must still be visible.
    if (holes) {
        if (const auto error = keep_in_extra(draft, name_of(dialect_, Field::callees), again))
            return error;
    }
    kept = std::move(callees);
    return simdjson::SUCCESS;
}

void RecordReader::note_read(Draft& draft, Field field, std::string_view token) const {
    std::string_view& earlier = draft.tokens[index_of(field)];
    if (!earlier.empty() && earlier != token) keep_earlier(draft, field, earlier);
    earlier = token;
}

bool RecordReader::read_scalar(Draft& draft, Field field, std::string_view token) {
    if (field == Field::call_id) return read_call_id(draft, token);
    if (token == "null") return true;
    CallRecord& record = draft.record;
    switch (field) {
        case Field::sdk_app_id:
            return read_sdk_app_id(token);
        case Field::media_type:
            return read_text(draft, field, record.media_type, token);
        case Field::call_type:
            return read_text(draft, field, record.call_type, token);
        case Field::call_result:
            return read_text(draft, field, record.call_result, token);
        case Field::room_id:
            return read_text(draft, field, record.room_id, token);
        case Field::caller:
            return read_text(draft, field, record.caller, token);
        case Field::start:
            return read_moment(draft, field, record.start, token);
        case Field::accept:
            return read_moment(draft, field, record.accept, token);
        case Field::end:
            return read_moment(draft, field, record.end, token);
        case Field::room_id_type:
            return read_number(draft, field, record.room_id_type, token);
        case Field::total_user_number:
            return read_number(draft, field, record.total_user_number, token);
        case Field::call_id:
        case Field::callees:
            return false;
    }
    return false;
}

bool RecordReader::read_moment(Draft& draft, Field field, std::optional<Moment>& moment,
                               std::string_view token) const {
    const auto seconds = whole_number_of(token);
    if (!seconds) return false;
    if (*seconds != 0 && (*seconds < moment_min || *seconds >= moment_max)) return false;
    note_read(draft, field, token);
    // 0 means that there was no such moment (unanswered calls have acceptTs 0).
    moment = *seconds == 0 ? std::nullopt : std::optional{moment_from_unix(*seconds)};
    return true;
}

bool RecordReader::read_number(Draft& draft, Field field, std::optional<std::int64_t>& number,
                               std::string_view token) const {
    const auto value = whole_number_of(token);
    if (!value || *value < 0) return false;
    note_read(draft, field, token);
    number = value;
    return true;
}

bool RecordReader::read_call_id(Draft& draft, std::string_view token) {
    const TokenKind kind = is_string(token) ? TokenKind::string : kind_of(token);
    if (kind != TokenKind::string && kind != TokenKind::number) {
        draft.rejection = kind == TokenKind::null ? "callId is null" : "callId is no text";
        return kind == TokenKind::null;
    }
    const std::string_view text = text_in(token);
    if (text.empty()) {
        draft.rejection = "callId is empty";
        return false;
    }
    note_read(draft, Field::call_id, token);
    draft.record.call_id = text;
    return true;
}

bool RecordReader::read_text(Draft& draft, Field field, std::optional<std::string>& text,
                             std::string_view token) {
    if (!is_string(token) && kind_of(token) == TokenKind::odd) return false;
    note_read(draft, field, token);
    const std::string_view read = text_in(token);
    text.emplace(dialect_ == Dialect::v4 ? v1_spelling(field, read).value_or(read) : read);
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

void RecordReader::keep_earlier(Draft& draft, Field field, std::string_view token) const {
    std::string text;
    append_json_scalar(text, token);
    draft.extra.add(std::string{name_of(dialect_, field)}, std::move(text));
}

error_code RecordReader::keep_in_extra(Draft& draft, std::string_view name, JsonWalk& walk) const {
    std::string text;
    if (const auto error = append_canonical(text, walk)) return error;
    draft.extra.add(std::string{name}, std::move(text));
    return simdjson::SUCCESS;
}

void RecordReader::reject(std::string_view raw, std::string reason) {
    page_.rejected.push_back({.raw = std::string{raw}, .reason = std::move(reason)});
}

}  // namespace callarchive
