#include "simulator/dialect.h"

namespace callarchive::simulator {
namespace {

constexpr Vocabulary v1{
    .name = "v1",
    .path = "/v1/records/get_records_by_filter",
    .codes = {{
        {0, "Success"},
        {70011, "No records found"},
        {70005, "Too many requests"},
        {101001, "Internal error"},
        {79999, "Unknown error"},
        {70003, "UserSig expired"},
        {70002, "UserSig invalid"},
        {70002, "UserSig invalid"},
        {70002, "UserSig invalid"},
        {70002, "UserSig invalid"},
        {70002, "UserSig invalid"},
        {70004, "The caller is not an administrator"},
        {70001, "Invalid parameters"},
        {70009, "Request body could not be parsed"},
        {70002, "UserSig invalid"},
        {50001,
         "The current application needs to purchase the TUICallKit Group Call Version "
         "Package to use"},
    }},
    .request = {"startTimestamp", "endTimestamp", "callResult", "callType", "numberPerPage",
                "page"},
    .page_size_default = 100,
    .media = {"video", "audio"},
    .kinds = {"single", "group"},
    .outcomes = {"cancel", "reject", "not_answer", "normal_end", "call_busy", "interrupt",
                 "offline"},
    .list_name = "callRecordList",
    .data_name = "data",
};

constexpr Vocabulary v4{
    .name = "v4",
    .path = "/v4/call_record_http_srv/get_record_by_filter",
    .codes = {{
        {0, ""},
        {101050, "no call records exist"},
        {60007, "rest api call frequency exceeds the limit"},
        {101001, "internal error, please retry"},
        {109999, "unknown error"},
        {70001, "usersig expired"},
        {70003, "usersig check failed, usersig may be truncated"},
        {70009, "usersig verification failed, the key does not match the sdkappid"},
        {70013, "identifier in usersig does not match"},
        {70014, "sdkappid in usersig does not match"},
        {60004, "usersig is missing"},
        {60010, "the identifier is not an administrator"},
        {60015, "request parameters are invalid"},
        {60003, "request body is not valid JSON"},
        {60006, "sdkappid does not exist"},
        {60020, "the package has expired"},
    }},
    .request = {"StartTime", "EndTime", "CallResult", "CallType", "NumberPerPage", "Page"},
    .page_size_default = 10,
    .media = {"Video", "Audio"},
    .kinds = {"SingleCall", "MultiCall"},
    // v4 documents no word for `offline`; this is how it would spell it.
    .outcomes = {"Cancel", "Reject", "NotAnswer", "NormalEnd", "CallBusy", "Interrupt", "Offline"},
    .list_name = "CallRecordList",
    .data_name = "Response",
};

}  // namespace

const Vocabulary& vocabulary(Dialect dialect) {
    return dialect == Dialect::v1 ? v1 : v4;
}

std::optional<Dialect> dialect_of(std::string_view path) {
    if (path == v1.path) return Dialect::v1;
    if (path == v4.path) return Dialect::v4;
    return std::nullopt;
}

}  // namespace callarchive::simulator
