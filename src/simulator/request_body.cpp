#include "simulator/dialect.h"

#include <nlohmann/json.hpp>

namespace callarchive::simulator {
namespace {

using Json = nlohmann::json;

/// Reads an optional whole number; false where the member is there and is none.
bool read_number(const Json& body, std::string_view name, std::optional<std::int64_t>& value) {
    const auto found = body.find(name);
    if (found == body.end()) return true;
    if (!found->is_number_integer()) return false;
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX) return false;
    value = found->get<std::int64_t>();
    return true;
}

template <typename Enum, std::size_t count>
bool read_word(const Json& body, std::string_view name,
               const std::array<std::string_view, count>& words, std::optional<Enum>& value) {
    const auto found = body.find(name);
    if (found == body.end()) return true;
    if (!found->is_string()) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (found->get_ref<const std::string&>() == words[i]) value = static_cast<Enum>(i);
    }
    return value.has_value();
}

ParsedBody refused(std::string_view parameter) {
    return {.meaning = Meaning::bad_parameters, .detail = std::string{parameter}, .request = {}};
}

}  // namespace

ParsedBody parse_body(Dialect dialect, std::string_view body) {
    const Vocabulary& words = vocabulary(dialect);
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return {.meaning = Meaning::unparsable, .detail = {}, .request = {}};

    std::optional<std::int64_t> start;
    std::optional<std::int64_t> end;
    std::optional<std::int64_t> page_size;
    std::optional<std::int64_t> page;
    ParsedBody parsed;
    if (!read_number(json, words.request.start, start) || !start) {
        return refused(words.request.start);
    }
    if (!read_number(json, words.request.end, end)) return refused(words.request.end);
    if (!read_number(json, words.request.page_size, page_size) || page_size.value_or(1) < 1) {
        return refused(words.request.page_size);
    }
    if (!read_number(json, words.request.page, page) || page.value_or(1) < 1) {
        return refused(words.request.page);
    }
    Query& query = parsed.request.query;
    if (!read_word(json, words.request.result, words.outcomes, query.outcome)) {
        return refused(words.request.result);
    }
    if (!read_word(json, words.request.type, words.kinds, query.kind)) {
        return refused(words.request.type);
    }
    query.from = *start;
    query.to = end.value_or(INT64_MAX);
    parsed.request.page_size = page_size.value_or(words.page_size_default);
    parsed.request.page = page.value_or(1);
    return parsed;
}

}  // namespace callarchive::simulator
