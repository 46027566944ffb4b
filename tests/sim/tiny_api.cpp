#include "sim/tiny_api.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace callarchive::testing {

HttpAnswer TinyApi::answer(const HttpRequest& request, std::int64_t now) const {
    const auto asked = nlohmann::json::parse(request.body);
    const std::int64_t from =
        std::max(asked.at("startTimestamp").get<std::int64_t>(), now - retention);
    const std::int64_t to = asked.at("endTimestamp").get<std::int64_t>();
    const auto size = asked.at("numberPerPage").get<std::size_t>();
    const auto page = asked.at("page").get<std::size_t>();

    std::vector<const Call*> found;
    for (const Call& call : calls) {
        if (call.visible_from > now || call.start < now - retention) continue;
        const bool start_in = from <= call.start && call.start <= to;
        const bool end_in = from <= call.end && call.end <= to;
        const bool whole = call.start >= from && call.end <= to;
        const bool in = filter == Filter::start ? start_in : filter == Filter::end ? end_in : whole;
        if (in) found.push_back(&call);
    }
    if (newest_first) {
        std::stable_sort(found.begin(), found.end(),
                         [](const Call* a, const Call* b) { return a->start > b->start; });
    }
    HttpAnswer answer{.status = 200,
                      .date = moment_from_unix(now),
                      .content_type = "application/json",
                      .body = {}};
    const std::size_t first = (page - 1) * size;
    if (first >= found.size()) {
        answer.body = R"({"errorCode":70011,"errorMessage":"no records","requestId":"r"})";
        return answer;
    }
    const std::size_t last = std::min(found.size(), first + size);
    std::string rows;
    for (std::size_t i = first; i < last; ++i) {
        rows += fmt::format(
            R"({}{{"callId":"{}","sdkAppId":1400000000,"mediaType":"video","roomId":"1",)"
            R"("startCallTs":{},"acceptTs":{},"endTs":{},"caller":"a","totalUserNumber":2,)"
            R"("callType":"single","callResult":"normal_end","callees":["a","b"]}})",
            rows.empty() ? "" : ",", found[i]->id, found[i]->start, found[i]->start, found[i]->end);
    }
    answer.body =
        fmt::format(R"({{"errorCode":0,"errorMessage":"Success","requestId":"r","data":{{{})"
                    R"("page":{},"callRecordList":[{}]}}}})",
                    totals ? fmt::format(R"("totalNum":{},)", found.size()) : "",
                    last == found.size() ? 0 : page, rows);
    return answer;
}

}  // namespace callarchive::testing
