#pragma once

#include "simulator/call.h"
#include "simulator/json_text.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive::simulator {

/// What an answer says, before a dialect gives it a number.
enum class Meaning {
    ok,
    no_records,
    throttled,
    internal,
    unknown_code,
    sig_expired,
    sig_malformed,
    sig_forged,
    sig_other_user,
    sig_other_app,
    sig_missing,
    not_administrator,
    bad_parameters,
    unparsable,
    unknown_app,
    no_package,
};
inline constexpr std::size_t meaning_count = 16;

struct Code {
    std::int64_t number;
    std::string_view message;
};

/// The words of one dialect; facts of the vendor's pages, kept as data.
struct Vocabulary {
    std::string_view name;
    std::string_view path;
    std::array<Code, meaning_count> codes;  ///< by Meaning
    struct {
        std::string_view start, end, result, type, page_size, page;
    } request;
    std::int64_t page_size_default;
    std::array<std::string_view, 2> media;
    std::array<std::string_view, 2> kinds;
    std::array<std::string_view, 7> outcomes;
    std::string_view list_name;
    std::string_view data_name;
};

[[nodiscard]] const Vocabulary& vocabulary(Dialect dialect);

/// The dialect whose path this is.
[[nodiscard]] std::optional<Dialect> dialect_of(std::string_view path);

/// One question, as asked: nothing is moved to the retention yet.
struct Query {
    std::int64_t from = 0;
    std::int64_t to = INT64_MAX;  ///< INT64_MAX where the request named no end
    std::optional<Outcome> outcome;
    std::optional<Kind> kind;

    friend bool operator==(const Query&, const Query&) = default;
};
struct PageRequest {
    Query query;
    std::int64_t page_size = 0;
    std::int64_t page = 1;
};

/// What is wrong with a body, or what it asks.
struct ParsedBody {
    Meaning meaning = Meaning::ok;
    std::string detail;  ///< which parameter
    PageRequest request;
};
[[nodiscard]] ParsedBody parse_body(Dialect dialect, std::string_view body);

/// What an answer holds besides its rows.
struct Envelope {
    Meaning meaning = Meaning::ok;
    std::string detail;  ///< added to the message
    std::string request_id;
    std::optional<std::int64_t> total;
    std::int64_t page = 0;
    std::string_view rows;  ///< a JSON array; empty: the answer has no data at all
};

/// Appends one record, spelled as the dialect spells it.
void append_record(std::string& out, Dialect dialect, const Record& record);
[[nodiscard]] std::vector<Field> record_fields(Dialect dialect, const Record& record);

/// Appends a whole answer.
void append_envelope(std::string& out, Dialect dialect, const Envelope& envelope);
/// The answer in two levels, to be spoiled: `data` belongs under the dialect's `data_name`.
struct EnvelopeFields {
    std::vector<Field> top;
    std::vector<Field> data;
};
[[nodiscard]] EnvelopeFields envelope_fields(Dialect dialect, const Envelope& envelope);

}  // namespace callarchive::simulator
