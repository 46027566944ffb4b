// Any bytes are an answer to be read in both dialects: no crash, no undefined behaviour, no call
// without an id, and what is kept in extra is JSON that can be read again.
#include "api/answer.h"
#include "api/known_records.h"
#include "base/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

namespace {

using namespace callarchive;

HttpCompletion completion_of(std::string body, int status = 200) {
    HttpAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return {.ticket = 1, .outcome = std::move(answer), .sent = {}, .received = {}};
}

/// What was kept once comes out the same when it is sent again, one level deeper.
void check_extra(const std::string& extra) {
    const auto again =
        read_answer(Dialect::v1, 1,
                    completion_of(R"({"errorCode":0,"data":{"callRecordList":[{"callId":"c","x":)" +
                                  extra + "}]}}"));
    CHECK(again.ok() && again->records.size() == 1);
    // Where it may touch the limit of depth, the last level becomes text.
    if (std::count_if(extra.begin(), extra.end(), [](char c) { return c == '[' || c == '{'; }) <
        30) {
        CHECK(again->records[0].extra == "{\"x\":" + extra + "}");
    }
}

/// What kept an answer from coming, or another status than 200, whatever came with it.
HttpCompletion failed_completion(const std::string& body) {
    constexpr int statuses[] = {100, 204, 301, 400, 401, 403, 404,
                                413, 429, 500, 502, 503, 504, 999};
    constexpr HttpFailureKind kinds[] = {
        HttpFailureKind::name_resolution, HttpFailureKind::connect, HttpFailureKind::tls,
        HttpFailureKind::timeout,         HttpFailureKind::broken,  HttpFailureKind::too_large};
    const std::size_t draw = body.empty() ? 0 : static_cast<unsigned char>(body.back());
    if (draw < std::size(statuses)) return completion_of(body, statuses[draw]);
    if (draw >= std::size(statuses) + std::size(kinds)) return completion_of(body, 503);
    return {.ticket = 1,
            .outcome = HttpFailure{kinds[draw - std::size(statuses)], "it did not come"},
            .sent = {},
            .received = {}};
}

void check_error(const Error& error) {
    CHECK(!error.message.empty());
    CHECK(error.message.size() < 4096);
}

void check_page(const Page& page) {
    for (const CallRecord& record : page.records) {
        CHECK(!record.call_id.empty());
        if (!record.extra.empty()) check_extra(record.extra);
    }
    for (const RejectedRecord& rejected : page.rejected) {
        CHECK(!rejected.reason.empty());
    }
    CHECK(!page.no_records || page.rows() == 0);
}

/// Made once: it takes megabytes. A record of an earlier input is one that is known too.
KnownRecords& known_records() {
    static KnownRecords known;
    return known;
}

/// Whoever knows records by their bytes counts as many, and says of each what was remembered.
void check_known(Dialect dialect, const Page& page, const HttpCompletion& completion) {
    KnownRecords& known = known_records();
    for (int times = 0; times < 2; ++times) {
        const auto again = read_answer(dialect, 88888888, completion, &known);
        CHECK(again.ok() && again->rows() == page.rows());
        for (const CallRecord& record : again->records)
            known.remember(record.fingerprint, record.call_id);
    }
}

/// Whoever reads in the memory of the records of the inputs before reads the same.
void check_reader(Dialect dialect, const Page& page, HttpCompletion completion) {
    static AnswerReader reader;
    auto again = reader.read(dialect, 88888888, completion);
    CHECK(again.ok() && again->records == page.records && again->rejected == page.rejected);
    reader.take_back(std::move(again->records));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    for (const Dialect dialect : {Dialect::v1, Dialect::v4}) {
        const HttpCompletion completion =
            completion_of({reinterpret_cast<const char*>(bytes), size});
        const auto page = read_answer(dialect, 88888888, completion);
        if (page) {
            check_page(*page);
            check_known(dialect, *page, completion);
            check_reader(dialect, *page, completion);
        } else {
            check_error(page.error());
            CHECK(!read_answer(dialect, 88888888, completion, &known_records()).ok());
        }
        const std::string body{reinterpret_cast<const char*>(bytes), size};
        const auto failed = read_answer(dialect, 88888888, failed_completion(body));
        CHECK(!failed.ok());
        check_error(failed.error());
    }
    return 0;
}
