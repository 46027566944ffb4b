// Questions to an archive, in process. Warm: from SQLite's cache and the system's. Cold: a new
// connection each time, after the system was told to forget the file's pages.
//
// usage: query_bench DATABASE [Google Benchmark's options]

#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/reader.h"

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

using Question = std::function<void(Reader&, std::mt19937&)>;

struct Archived {
    std::string path;
    std::vector<std::string> call_ids, users;
    Moment newest;
};

template <typename Value>
Value value_or_end(Result<Value> result) {
    if (result.ok()) return std::move(result).value();
    fmt::print(stderr, "query_bench: {}\n", result.error().message);
    std::exit(1);
}

/// Calls from all over the file, and the users who made them: busy ones come more often.
Archived look_at(const std::string& path) {
    Archived archived{.path = path, .call_ids = {}, .users = {}, .newest = {}};
    sqlite::Database database{path, {}};
    const std::int64_t calls = database.integer("SELECT max(call_no) FROM call");
    archived.newest = moment_from_unix(database.integer("SELECT max(start_ts) FROM call"));
    sqlite::Statement pick{database, "SELECT call_id, caller FROM call_row WHERE call_no = ?"};
    std::mt19937_64 random{1};
    for (int i = 0; i < 2'000; ++i) {
        sqlite::Rows rows =
            pick.query(1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(calls)));
        if (!rows.next()) continue;
        archived.call_ids.emplace_back(rows.text(0));
        archived.users.emplace_back(rows.text(1));
    }
    return archived;
}

const std::string& any_of(const std::vector<std::string>& all, std::mt19937& random) {
    return all[random() % all.size()];
}

void first_calls(Reader& reader, const CallFilter& filter, std::int64_t limit) {
    value_or_end(reader.calls(filter, CallOrder::newest_first, limit, [](const StoredCall& call) {
        benchmark::DoNotOptimize(call.call_id.data());
        return true;
    }));
}

Window day_of(Moment moment) {
    const auto from = std::chrono::floor<std::chrono::days>(moment);
    return {.from = from, .to = from + std::chrono::days{1}};
}

std::vector<std::pair<std::string, Question>> questions(const Archived& archived) {
    const Moment month_ago = archived.newest - Seconds{30 * 86'400};
    return {
        {"call_by_id",
         [&](Reader& reader, std::mt19937& random) {
             value_or_end(reader.history(any_of(archived.call_ids, random)));
         }},
        {"users_month_newest_100",
         [&, month_ago](Reader& reader, std::mt19937& random) {
             first_calls(reader,
                         {.user = any_of(archived.users, random),
                          .since = month_ago,
                          .until = archived.newest},
                         100);
         }},
        {"page_of_50",
         [&](Reader& reader, std::mt19937& random) {
             first_calls(reader, {.until = archived.newest - Seconds{random() % (20 * 86'400)}},
                         50);
         }},
        {"page_of_50_filter_1_percent",
         [&](Reader& reader, std::mt19937& random) {
             first_calls(reader,
                         {.result = "reject",
                          .type = "group",
                          .media = "video",
                          .until = archived.newest - Seconds{random() % (20 * 86'400)}},
                         50);
         }},
        {"report_30_days",
         [&, month_ago](Reader& reader, std::mt19937&) {
             value_or_end(reader.count({.since = month_ago}, GroupBy::time, day_of));
         }},
    };
}

void warm(benchmark::State& state, const Archived& archived, const Question& question) {
    Reader reader = value_or_end(Reader::open(archived.path));
    std::mt19937 random{7};
    for (int i = 0; i < 20; ++i)
        question(reader, random);
    for (auto _ : state)
        question(reader, random);
}

void forget_pages(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
}

void cold(benchmark::State& state, const Archived& archived, const Question& question,
          std::mt19937& random) {
    for (auto _ : state) {
        forget_pages(archived.path);
        const auto begin = std::chrono::steady_clock::now();
        Reader reader = value_or_end(Reader::open(archived.path));
        question(reader, random);
        state.SetIterationTime(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
}

int run(int argc, char** argv) {
    const Archived archived = look_at(argv[1]);
    argv[1] = argv[0];
    --argc;
    ++argv;
    benchmark::Initialize(&argc, argv);
    const auto all = questions(archived);
    std::mt19937 random{11};
    for (const auto& [name, asked] : all) {
        const Question& question = asked;
        benchmark::RegisterBenchmark(
            ("warm/" + name).c_str(),
            [&](benchmark::State& state) { warm(state, archived, question); })
            ->Unit(benchmark::kMicrosecond)
            ->Repetitions(5)
            ->ReportAggregatesOnly();
        // One at a time: the median is of single questions, each on a file nobody has read.
        benchmark::RegisterBenchmark(
            ("cold/" + name).c_str(),
            [&](benchmark::State& state) { cold(state, archived, question, random); })
            ->Unit(benchmark::kMicrosecond)
            ->UseManualTime()
            ->Iterations(1)
            ->Repetitions(25)
            ->ReportAggregatesOnly();
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace
}  // namespace callarchive

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: query_bench DATABASE [Google Benchmark's options]\n");
        return 2;
    }
    return callarchive::run(argc, argv);
}
