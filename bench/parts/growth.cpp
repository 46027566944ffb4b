// Fills an archive with months of calls, past the network: by the store alone, in the portions that
// the engine makes while it catches up, with the clock of the calls. Says after each million what
// that million cost.

#include "store/archive.h"
#include "sys/memory.h"
#include "traffic.h"
#include "usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace callarchive {
namespace {

constexpr int rows_in_window = 5'000;
constexpr int rows_in_transaction = 100'000;
constexpr int rows_in_report = 1'000'000;

Policy default_policy() {
    return {.revisit = {Seconds{3'600}, Seconds{21'600}, Seconds{86'400}, Seconds{259'200},
                        Seconds{518'400}},
            .overlap = Seconds{600},
            .poll_interval = Seconds{60},
            .retention = Seconds{604'800},
            .window_max = Seconds{21'600}};
}

template <typename Value>
Value value_or_end(Result<Value> result) {
    if (result.ok()) return std::move(result).value();
    fmt::print(stderr, "growth: {}\n", result.error().message);
    std::exit(1);
}

int run(const char* path, int records, std::int64_t cache_bytes) {
    constexpr double calls_per_day = 140'000;
    const auto length = Seconds{static_cast<std::int64_t>(records / calls_per_day * 86'400)};
    // The last call is one of today: relative times in queries find it.
    const Moment today = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    Traffic traffic{today - length};
    Archive archive =
        value_or_end(Archive::open({.path = path, .cache_bytes = cache_bytes}, traffic.now()));
    const SourceNo source = value_or_end(archive.enroll(
        {.name = "production", .sdk_app_id = 1'400'000'000}, default_policy(), traffic.now()));

    double cpu = 0;
    Usage reported = usage_now();
    int in_transaction = 0;
    for (int done = 0; done < records;) {
        const int count = std::min({rows_in_window, records - done});
        const std::vector<CallRecord> calls = traffic.next(count);
        const double before = usage_now().cpu_seconds;
        value_or_end(archive.keep(source, calls, {}, traffic.now() + Seconds{2'000}));
        done += count;
        in_transaction += count;
        if (in_transaction >= rows_in_transaction || done == records) {
            value_or_end(archive.flush());
            in_transaction = 0;
        }
        cpu += usage_now().cpu_seconds - before;
        if (done % rows_in_report != 0 && done != records) continue;
        const Usage usage = usage_now();
        fmt::print(
            "{{\"records\": {}, \"cpu_seconds\": {:.6f}, \"written_bytes\": {}, "
            "\"file_bytes\": {}, \"resident_bytes_peak\": {}}}\n",
            done, cpu, usage.written_bytes - reported.written_bytes, archive.bytes_on_disk(),
            usage.resident_bytes_peak);
        std::fflush(stdout);
        cpu = 0;
        reported = usage;
    }
    return 0;
}

}  // namespace
}  // namespace callarchive

int main(int argc, char** argv) {
    if (argc != 4) {
        fmt::print(stderr, "usage: growth DATABASE CALLS CACHE_MIB\n");
        return 2;
    }
    callarchive::keep_memory_small();  // as the program does
    return callarchive::run(argv[1], std::atoi(argv[2]), std::atoll(argv[3]) << 20);
}
