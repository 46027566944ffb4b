#pragma once

#include "api/answer.h"

#include <string>
#include <string_view>
#include <utility>

namespace callarchive {

inline constexpr std::int64_t app_id = 88888888;

inline HttpCompletion completion_of(std::string body, int status = 200) {
    HttpAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return {.ticket = 1, .outcome = std::move(answer), .sent = {}, .received = {}};
}

inline Result<Page> read(Dialect dialect, std::string body) {
    return read_answer(dialect, app_id, completion_of(std::move(body)));
}

inline std::string v1_answer(std::string_view rows, std::string_view total = "1") {
    return R"({"errorCode":0,"errorMessage":"Success","requestId":"r1","data":{"totalNum":)" +
           std::string{total} + R"(,"page":0,"callRecordList":[)" + std::string{rows} + "]}}";
}

inline std::string v4_answer(std::string_view rows) {
    return R"({"ErrorCode":0,"ErrorInfo":"","ActionStatus":"OK","RequestId":"r4","Response":)"
           R"({"TotalNum":1,"Page":0,"CallRecordList":[)" +
           std::string{rows} + "]}}";
}

/// The vendor's sample (Retrieve Records Based on Conditions), its first record.
inline constexpr std::string_view v1_record = R"({
    "callId": "2ae7d549-c441-4a9b-87c0-61810fe19581",
    "sdkAppId": 88888888,
    "mediaType": "video",
    "roomId": "456",
    "startCallTs": 1688709003,
    "acceptTs": 1688709003,
    "endTs": 1689150030,
    "caller": "123",
    "totalUserNumber": 0,
    "callType": "single",
    "callResult": "offline",
    "callees": [
    "111",
    "123"
    ]
    })";

inline constexpr std::string_view v4_record =
    R"({"CallId":"c4","Caller_Account":"alice","MediaType":"Video","CallType":"MultiCall",)"
    R"("StartTime":1688709003,"EndTime":1688709303,"AcceptTime":1688709010,)"
    R"("CallResult":"NormalEnd","CalleeList_Account":["alice","bob"],"RoomId":"77",)"
    R"("RoomIdType":2})";

}  // namespace callarchive
