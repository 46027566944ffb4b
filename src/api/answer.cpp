#include "api/answer.h"

#include "api/answer_errors.h"
#include "api/error_codes.h"
#include "api/json_canonical.h"
#include "api/json_text.h"
#include "api/record_reader.h"
#include "api/safe_text.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

// A row of less than this many bytes does not exist; a guess too high only costs memory for a
// moment.
constexpr std::size_t row_bytes_min = 250;
constexpr std::size_t rows_reserved_max = 1'000;

struct EnvelopeNames {
    std::string_view code;
    std::string_view words;
    std::string_view request_id;
    std::string_view data;
    std::string_view total;
    std::string_view page;
    std::string_view list;
    std::string_view status;  ///< `FAIL` contradicts code 0; v4 only
};
constexpr EnvelopeNames v1_names{"errorCode", "errorMessage", "requestId",      "data",
                                 "totalNum",  "page",         "callRecordList", ""};
constexpr EnvelopeNames v4_names{"ErrorCode", "ErrorInfo", "RequestId",      "Response",
                                 "TotalNum",  "Page",      "CallRecordList", "ActionStatus"};

/// Reads one document from front to back; the order of its members does not matter.
class EnvelopeReader {
  public:
    EnvelopeReader(Dialect dialect, std::int64_t sdk_app_id, const KnownRecords* known, Page& page)
        : names_(dialect == Dialect::v1 ? v1_names : v4_names),
          page_(page),
          records_(dialect, sdk_app_id, known, page) {}

    error_code read(ondemand::object envelope) {
        for (auto member : envelope) {
            ondemand::field field;
            if (const auto error = std::move(member).get(field)) return error;
            const std::string_view name = raw_key_of(field.key());
            ondemand::value value = field.value();
            if (name == names_.data) {
                if (const auto error = read_data(value)) return error;
            } else {
                std::string_view text;
                if (const auto error = raw_text_of(value, text)) return error;
                read_member(name, text);
            }
        }
        return simdjson::SUCCESS;
    }

    [[nodiscard]] std::optional<std::int64_t> code() const { return code_; }
    [[nodiscard]] const std::string& words() const { return words_; }
    [[nodiscard]] bool has_list() const { return has_list_; }
    /// What the envelope says that it cannot mean; empty while all is well.
    [[nodiscard]] std::string_view problem() const { return problem_; }

  private:
    void read_member(std::string_view name, std::string_view text) {
        if (name == names_.code) {
            const auto code = whole_number_of(text);
            if (!code) problem_ = "the answer's error code is no number";
            // Of two codes the one that says less counts: success must be beyond doubt.
            if (code && (!code_ || *code_ == 0)) code_ = code;
        } else if (name == names_.words) {
            words_ = text_of(text);
        } else if (name == names_.request_id) {
            page_.request_id = text_of(text);
        } else if (!names_.status.empty() && name == names_.status) {
            failed_ = text_of(text) == "FAIL";
        }
        if (failed_ && code_ == 0) problem_ = "the answer says FAIL and error code 0";
    }

    error_code read_data(ondemand::value value) {
        std::string_view first;
        if (const auto error = token_of(value, first)) return error;
        if (kind_of(first) != TokenKind::object) return raw_text_of(value, first);
        ondemand::object data;
        if (const auto error = value.get_object().get(data)) return error;
        for (auto member : data) {
            ondemand::field field;
            if (const auto error = std::move(member).get(field)) return error;
            const std::string_view name = raw_key_of(field.key());
            ondemand::value inner = field.value();
            if (name == names_.list) {
                if (const auto error = read_list(inner)) return error;
                continue;
            }
            std::string_view text;
            if (const auto error = raw_text_of(inner, text)) return error;
            if (name == names_.total) {
                const auto total = whole_number_of(text);
                if (total && *total >= 0) page_.total = total;
            } else if (name == names_.page) {
                if (const auto page = whole_number_of(text)) page_.page = page;
            }
        }
        return simdjson::SUCCESS;
    }

    error_code read_list(ondemand::value value) {
        std::string_view token;
        if (const auto error = token_of(value, token)) return error;
        const TokenKind kind = kind_of(token);
        if (kind == TokenKind::null) return simdjson::SUCCESS;
        if (kind != TokenKind::array) {
            problem_ = "the answer's list of records is no list";
            return simdjson::SUCCESS;
        }
        ondemand::array rows;
        if (const auto error = value.get_array().get(rows)) return error;
        if (const auto error = records_.read(rows)) return error;
        has_list_ = true;
        return simdjson::SUCCESS;
    }

    const EnvelopeNames& names_;
    Page& page_;
    RecordReader records_;
    std::optional<std::int64_t> code_;
    std::string words_;
    std::string_view problem_;
    bool has_list_ = false;
    bool failed_ = false;
};

struct Attempt {
    error_code error = simdjson::SUCCESS;
    bool document_follows = false;
};

/// Requires SIMDJSON_PADDING bytes behind the document.
Attempt read_document(EnvelopeReader& reader, const simdjson::padded_string& json) {
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object envelope;
    if (const auto error = parser.iterate(json).get(document)) return {.error = error};
    if (const auto error = document.get_object().get(envelope)) return {.error = error};
    if (const auto error = reader.read(envelope)) return {.error = error};
    // Where a location can still be told, something stands behind the document.
    return {.document_follows = document.current_location().error() == simdjson::SUCCESS};
}

Result<Page> judged(Dialect dialect, const EnvelopeReader& reader, Page page,
                    std::string_view body) {
    if (!reader.problem().empty()) return malformed_answer(reader.problem(), body);
    if (!reader.code()) return malformed_answer("the answer has no error code", body);
    const std::int64_t code = *reader.code();
    if (says_no_records(dialect, code)) {
        // Rows are worth more than the word that there are none; the next page is asked for then.
        page.no_records = page.rows() == 0;
        return page;
    }
    if (code != 0) {
        return error_of_code(
            dialect, {.code = code, .words = reader.words(), .request_id = page.request_id});
    }
    // Servers write an empty list as null; only a total of 0 makes that certain.
    if (!reader.has_list() && page.total != 0) {
        return malformed_answer("the answer reports success, but has no list of records", body);
    }
    return page;
}

Result<Page> read_body(Dialect dialect, std::int64_t sdk_app_id, std::string_view body,
                       const KnownRecords* known) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (body.substr(0, byte_order_mark.size()) == byte_order_mark) {
        body.remove_prefix(byte_order_mark.size());
    }
    const std::string_view content = trimmed(body);
    if (content.empty()) return malformed_answer("the answer is empty", {});
    if (content.front() == '<') {
        return malformed_answer(
            "the answer is a web page, not JSON; a proxy or portal may stand in between", content);
    }
    simdjson::padded_string json{content};
    bool repaired = false;
    while (true) {
        Page page;
        page.records.reserve(std::min(content.size() / row_bytes_min, rows_reserved_max));
        EnvelopeReader reader{dialect, sdk_app_id, known, page};
        const Attempt attempt = read_document(reader, json);
        // Both are found before the first record is read, and refuse the document for one bad
        // byte; repaired once, the calls can be archived.
        if (!repaired &&
            (attempt.error == simdjson::UTF8_ERROR || attempt.error == simdjson::UNESCAPED_CHARS)) {
            json = simdjson::padded_string{repaired_json(content)};
            repaired = true;
            continue;
        }
        if (attempt.error != simdjson::SUCCESS) {
            return malformed_answer(fmt::format("the answer is broken JSON or cut off ({})",
                                                simdjson::error_message(attempt.error)),
                                    content);
        }
        if (attempt.document_follows) {
            return malformed_answer("the answer goes on after its end", content);
        }
        return judged(dialect, reader, std::move(page), content);
    }
}

}  // namespace

Result<Page> read_answer(Dialect dialect, std::int64_t sdk_app_id, const HttpCompletion& completion,
                         const KnownRecords* known) {
    if (const auto* const failure = std::get_if<HttpFailure>(&completion.outcome)) {
        return error_of(*failure);
    }
    const auto* const answer = std::get_if<HttpAnswer>(&completion.outcome);
    if (answer->status != 200) return error_of_status(*answer);
    return read_body(dialect, sdk_app_id, answer->body, known);
}

void choose_json_code() {
    // Not before something is asked of it (simdjson 3, implementation.cpp: on first use).
    static_cast<void>(simdjson::get_active_implementation()->name());
}

}  // namespace callarchive
