#include "api/answer.h"

#include "api/answer_errors.h"
#include "api/error_codes.h"
#include "api/json_canonical.h"
#include "api/json_text.h"
#include "api/json_tokens.h"
#include "api/json_walk.h"
#include "api/record_reader.h"
#include "api/safe_text.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <utility>

namespace callarchive {
namespace {

using simdjson::error_code;

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
    EnvelopeReader(Dialect dialect, std::int64_t sdk_app_id, const KnownRecords* known,
                   std::string_view text, RecordRoom& room, Page& page)
        : names_(dialect == Dialect::v1 ? v1_names : v4_names),
          page_(page),
          records_(dialect, sdk_app_id, known, text, room, page) {}

    error_code read(JsonWalk& walk) {
        return for_each_member(walk, [&](const char* key) {
            const std::string_view name = raw_key_of(key);
            if (name == names_.data) return read_data(walk);
            std::string_view text;
            if (const auto error = pass_value(walk, text)) return error;
            read_member(name, text);
            return simdjson::SUCCESS;
        });
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

    error_code read_data(JsonWalk& walk) {
        std::string_view text;
        if (walk.peek() != '{') return pass_value(walk, text);
        return for_each_member(walk, [&](const char* key) {
            const std::string_view name = raw_key_of(key);
            if (name == names_.list) return read_list(walk);
            if (const auto error = pass_value(walk, text)) return error;
            if (name == names_.total) {
                const auto total = whole_number_of(text);
                if (total && *total >= 0) page_.total = total;
            } else if (name == names_.page) {
                if (const auto page = whole_number_of(text)) page_.page = page;
            }
            return simdjson::SUCCESS;
        });
    }

    error_code read_list(JsonWalk& walk) {
        if (walk.peek() == '[') {
            has_list_ = true;
            return records_.read(walk);
        }
        std::string_view text;
        if (const auto error = pass_value(walk, text)) return error;
        if (text != "null") problem_ = "the answer's list of records is no list";
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

Attempt read_document(EnvelopeReader& reader, JsonWalk walk) {
    if (walk.peek() != '{') return {.error = simdjson::INCORRECT_TYPE};
    if (walk.last() != '}') return {.error = simdjson::INCOMPLETE_ARRAY_OR_OBJECT};
    if (const auto error = reader.read(walk)) return {.error = error};
    return {.document_follows = !walk.at_end()};
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

}  // namespace

AnswerReader::AnswerReader() : tokens_(std::make_unique<JsonTokens>()) {}

AnswerReader::~AnswerReader() = default;

std::size_t AnswerReader::bytes() const {
    return tokens_->bytes() + room_.bytes();
}

void AnswerReader::take_back(std::vector<CallRecord> records) {
    room_.take_back(std::move(records));
}

Result<Page> AnswerReader::read(Dialect dialect, std::int64_t sdk_app_id,
                                HttpCompletion& completion, const KnownRecords* known) {
    if (const auto* const failure = std::get_if<HttpFailure>(&completion.outcome)) {
        return error_of(*failure);
    }
    auto* const answer = std::get_if<HttpAnswer>(&completion.outcome);
    if (answer->status != 200) return error_of_status(*answer);
    auto page = read_body(dialect, sdk_app_id, std::exchange(answer->body, {}), known);
    tokens_->release();
    return page;
}

Result<Page> AnswerReader::read_body(Dialect dialect, std::int64_t sdk_app_id, std::string body,
                                     const KnownRecords* known) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::string_view content = body;
    if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
    content = trimmed(content);
    if (content.empty()) return malformed_answer("the answer is empty", {});
    if (content.front() == '<') {
        return malformed_answer(
            "the answer is a web page, not JSON; a proxy or portal may stand in between", content);
    }
    if (content.size() != body.size()) body = std::string{content};
    error_code error = tokens_->find_in(std::move(body));
    std::string unrepaired;
    // Both refuse the document for one bad byte; repaired, the calls can be archived.
    if (error == simdjson::UTF8_ERROR || error == simdjson::UNESCAPED_CHARS) {
        unrepaired = tokens_->text();
        error = tokens_->find_in(repaired_json(unrepaired));
    }
    content = unrepaired.empty() ? tokens_->text() : std::string_view{unrepaired};
    Page page;
    EnvelopeReader reader{dialect, sdk_app_id, known, tokens_->text(), room_, page};
    Attempt attempt{.error = error};
    if (attempt.error == simdjson::SUCCESS) attempt = read_document(reader, tokens_->walk());
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

Result<Page> read_answer(Dialect dialect, std::int64_t sdk_app_id, HttpCompletion completion,
                         const KnownRecords* known) {
    return AnswerReader{}.read(dialect, sdk_app_id, completion, known);
}

void choose_json_code() {
    // Not before something is asked of it (simdjson 3, implementation.cpp: on first use).
    static_cast<void>(simdjson::get_active_implementation()->name());
}

}  // namespace callarchive
