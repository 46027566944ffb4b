#include "api/answer.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace callarchive {
namespace {

std::string page_of(int records) {
    std::string rows;
    for (int i = 0; i < records; ++i) {
        rows += fmt::format(
            R"({}{{"callId":"2ae7d549-c441-4a9b-87c0-{:012}","sdkAppId":1400000000,)"
            R"("mediaType":"video","roomId":"{}","startCallTs":{},"acceptTs":{},"endTs":{},)"
            R"("caller":"user_{}","totalUserNumber":2,"callType":"single",)"
            R"("callResult":"normal_end","callees":["user_{}","user_{}"]}})",
            i == 0 ? "" : ",", i, i * 7, 1'700'000'000 + i, 1'700'000'005 + i, 1'700'000'300 + i,
            i % 97, i % 89, i % 97);
    }
    return fmt::format(
        R"({{"errorCode":0,"errorMessage":"Success","requestId":"8ba14f64","data":{{"totalNum":{},)"
        R"("page":1,"callRecordList":[{}]}}}})",
        records, rows);
}

/// Bytes of a page in, records out: time for each record.
void read_page(benchmark::State& state) {
    HttpCompletion completion;
    completion.outcome = HttpAnswer{
        .status = 200, .date = {}, .content_type = "application/json", .body = page_of(100)};
    for (auto _ : state) {
        auto page = read_answer(Dialect::v1, 1'400'000'000, completion);
        benchmark::DoNotOptimize(page);
    }
    state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(read_page)->Name("record_read");

/// The same where every record is known by its bytes.
void read_known_page(benchmark::State& state) {
    HttpCompletion completion;
    completion.outcome = HttpAnswer{
        .status = 200, .date = {}, .content_type = "application/json", .body = page_of(100)};
    KnownRecords known;
    const auto first = read_answer(Dialect::v1, 1'400'000'000, completion, &known);
    for (const CallRecord& record : first->records)
        known.remember(record.fingerprint, record.call_id);
    for (auto _ : state) {
        auto page = read_answer(Dialect::v1, 1'400'000'000, completion, &known);
        benchmark::DoNotOptimize(page);
    }
    state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(read_known_page)->Name("record_known");

}  // namespace
}  // namespace callarchive
