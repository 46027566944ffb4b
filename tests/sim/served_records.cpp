#include "sim/served_records.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace callarchive::testing {
namespace {

using nlohmann::json;

const json* member(const json& object, const char* v1, const char* v4) {
    auto found = object.find(v1);
    if (found == object.end()) found = object.find(v4);
    return found == object.end() ? nullptr : &*found;
}

std::string text(const json& record, const char* v1, const char* v4) {
    const json* value = member(record, v1, v4);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

std::string time(const json& record, const char* v1, const char* v4) {
    const json* value = member(record, v1, v4);
    if (value == nullptr || !value->is_number_integer() || *value == 0) return "";
    return std::to_string(value->get<std::int64_t>());
}

std::string word(const std::string& value) {
    static const std::map<std::string, std::string> words{
        {"Video", "video"},          {"Audio", "audio"},          {"SingleCall", "single"},
        {"MultiCall", "group"},      {"Cancel", "cancel"},        {"Reject", "reject"},
        {"NotAnswer", "not_answer"}, {"NormalEnd", "normal_end"}, {"CallBusy", "call_busy"},
        {"Interrupt", "interrupt"},  {"Offline", "offline"}};
    const auto found = words.find(value);
    return found == words.end() ? value : found->second;
}

std::string row_of(const json& record) {
    const json* callees = member(record, "callees", "CalleeList_Account");
    return word(text(record, "mediaType", "MediaType")) + '|' +
           word(text(record, "callType", "CallType")) + '|' +
           word(text(record, "callResult", "CallResult")) + '|' + text(record, "roomId", "RoomId") +
           '|' + text(record, "caller", "Caller_Account") + '|' +
           (callees == nullptr ? "[]" : callees->dump()) + '|' +
           time(record, "startCallTs", "StartTime") + '|' + time(record, "acceptTs", "AcceptTime") +
           '|' + time(record, "endTs", "EndTime");
}

}  // namespace

std::string row_of(const simulator::Record& record) {
    static constexpr const char* outcomes[] = {"cancel",    "reject",    "not_answer", "normal_end",
                                               "call_busy", "interrupt", "offline"};
    const auto& version = record.version;
    const auto time_text = [](std::int64_t at) {
        return at == 0 ? std::string{} : std::to_string(at);
    };
    return std::string{record.media == simulator::Media::video ? "video|" : "audio|"} +
           (record.kind == simulator::Kind::single ? "single|" : "group|") +
           outcomes[static_cast<std::size_t>(version.outcome)] + '|' + record.room + '|' +
           record.caller + '|' + json(record.callees).dump() + '|' + time_text(version.start) +
           '|' + time_text(version.accept) + '|' + time_text(version.end);
}

void ServedRecords::note(const std::string& body) {
    const json answer = json::parse(body, nullptr, false);
    if (!answer.is_object()) return;
    const json* data = member(answer, "data", "Response");
    if (data == nullptr || !data->is_object()) return;
    const json* list = member(*data, "callRecordList", "CallRecordList");
    if (list == nullptr || !list->is_array()) return;
    for (const json& record : *list) {
        if (!record.is_object()) continue;
        versions_[text(record, "callId", "CallId")].insert(row_of(record));
    }
}

bool ServedRecords::served(const std::string& call_id, const std::string& row) const {
    const auto found = versions_.find(call_id);
    return found != versions_.end() && found->second.contains(row);
}

std::int64_t ServedRecords::count(const std::string& call_id) const {
    const auto found = versions_.find(call_id);
    return found == versions_.end() ? 0 : std::ssize(found->second);
}

std::string ServedRecords::versions(const std::string& call_id) const {
    std::string all;
    const auto found = versions_.find(call_id);
    if (found == versions_.end()) return "nothing";
    for (const std::string& version : found->second)
        all += "\n    " + version;
    return all;
}

}  // namespace callarchive::testing
