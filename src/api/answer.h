#pragma once

#include "api/dialect.h"
#include "api/record.h"
#include "api/record_room.h"
#include "base/result.h"
#include "port/http.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// One page of an answer.
struct Page {
    std::vector<CallRecord> records;
    std::vector<RejectedRecord> rejected;
    std::vector<std::size_t> known;     ///< of records that were known: hashes of their call ids
    std::optional<std::int64_t> total;  ///< totalNum where it is a whole number of 0 or more
    std::optional<std::int64_t> page;   ///< the answer's page field where it is a whole number
    bool no_records = false;  ///< the API said in a code that there is nothing (70011, 101050)
    std::string request_id;
    /// sdkAppIds other than the configured one that records carried (kept in their extra too).
    std::vector<std::int64_t> foreign_sdk_app_ids;

    /// Rows the page brought, usable or not.
    [[nodiscard]] std::size_t rows() const {
        return records.size() + rejected.size() + known.size();
    }
};

class JsonTokens;

/// Reads one answer after the other, in memory that it keeps for the next: up to half a megabyte.
class AnswerReader {
  public:
    AnswerReader();
    AnswerReader(const AnswerReader&) = delete;
    AnswerReader& operator=(const AnswerReader&) = delete;
    ~AnswerReader();

    /// Takes the answer's body. The error's kind follows api's table of codes for the dialect; its
    /// message has the code, the vendor's words, the requestId and, for what a person can mend,
    /// which setting to look at. An HTTP failure, a status other than 200, HTML, a truncated or
    /// second document are errors. Records that are among `known` are recognized by their bytes and
    /// not read.
    [[nodiscard]] Result<Page> read(Dialect dialect, std::int64_t sdk_app_id,
                                    HttpCompletion& completion,
                                    const KnownRecords* known = nullptr);

    /// Takes records of the last page that nobody needs any more: those of the next are made in
    /// their memory. None: that memory is given back.
    void take_back(std::vector<CallRecord> records);

    /// What is held in memory, about.
    [[nodiscard]] std::size_t bytes() const;

  private:
    Result<Page> read_body(Dialect dialect, std::int64_t sdk_app_id, std::string body,
                           const KnownRecords* known);

    std::unique_ptr<JsonTokens> tokens_;
    RecordRoom room_;
};

/// The same for a single answer.
[[nodiscard]] Result<Page> read_answer(Dialect dialect, std::int64_t sdk_app_id,
                                       HttpCompletion completion,
                                       const KnownRecords* known = nullptr);

/// Lets the JSON parser choose its code for this processor. It would do so with the first answer,
/// and end the process where there is no memory for it: better while the program starts.
void choose_json_code();

}  // namespace callarchive
