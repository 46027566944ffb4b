// Any bytes are an answer to be read in both dialects: no crash, no undefined behaviour, no call
// without an id, and what is kept in extra is JSON that can be read again.
#include "api/answer.h"
#include "base/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace {

using namespace callarchive;

HttpCompletion completion_of(std::string body) {
    HttpAnswer answer;
    answer.status = 200;
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    for (const Dialect dialect : {Dialect::v1, Dialect::v4}) {
        const auto page = read_answer(dialect, 88888888,
                                      completion_of({reinterpret_cast<const char*>(bytes), size}));
        if (page) {
            check_page(*page);
        } else {
            CHECK(!page.error().message.empty());
            CHECK(page.error().message.size() < 4096);
        }
    }
    return 0;
}
