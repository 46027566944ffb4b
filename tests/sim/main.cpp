// The simulation: runs lives from seeds and says which broke a promise.
#include "sim/life.h"
#include "sim/scenario.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <malloc.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace callarchive::testing {
namespace {

struct Options {
    std::uint64_t first = 1;
    std::int64_t seeds = 100;
    double seconds = 0;
    int jobs = 1;
    bool trace = false;
    bool until_failure = false;
    std::string past;
    std::string json;
};

struct Sum {
    std::int64_t seeds = 0;
    double years = 0;
    std::int64_t cycles = 0, requests = 0, calls = 0, claims = 0, power_cuts = 0, kills = 0,
                 disk_failures = 0, network_failures = 0, cut_short = 0;
    std::map<std::string, std::int64_t> troubles, api_faults;
    std::vector<std::uint64_t> failed;

    void add(const LifeReport& life) {
        ++seeds;
        years += life.years;
        cycles += life.cycles;
        requests += life.requests;
        calls += life.calls;
        claims += life.claims;
        power_cuts += life.power_cuts;
        kills += life.kills;
        disk_failures += life.disk_failures;
        network_failures += life.network_failures;
        cut_short += life.cut_short ? 1 : 0;
        for (const auto& [name, count] : life.troubles)
            troubles[name] += count;
        for (const auto& [name, count] : life.api_faults)
            api_faults[name] += count;
        if (!life.violations.empty()) failed.push_back(life.seed);
    }
    [[nodiscard]] nlohmann::json as_json() const {
        return {{"seeds", seeds},
                {"years", years},
                {"cycles", cycles},
                {"requests", requests},
                {"calls", calls},
                {"claims", claims},
                {"power_cuts", power_cuts},
                {"kills", kills},
                {"disk_failures", disk_failures},
                {"network_failures", network_failures},
                {"cut_short", cut_short},
                {"troubles", troubles},
                {"api_faults", api_faults},
                {"failed", failed}};
    }
    void add(const nlohmann::json& other) {
        seeds += other["seeds"].get<std::int64_t>();
        years += other["years"].get<double>();
        cycles += other["cycles"].get<std::int64_t>();
        requests += other["requests"].get<std::int64_t>();
        calls += other["calls"].get<std::int64_t>();
        claims += other["claims"].get<std::int64_t>();
        power_cuts += other["power_cuts"].get<std::int64_t>();
        kills += other["kills"].get<std::int64_t>();
        disk_failures += other["disk_failures"].get<std::int64_t>();
        network_failures += other["network_failures"].get<std::int64_t>();
        cut_short += other["cut_short"].get<std::int64_t>();
        for (const auto& [name, count] : other["troubles"].items())
            troubles[name] += count.get<std::int64_t>();
        for (const auto& [name, count] : other["api_faults"].items())
            api_faults[name] += count.get<std::int64_t>();
        for (const auto& seed : other["failed"])
            failed.push_back(seed.get<std::uint64_t>());
    }
};

LifeReport run_seed(std::uint64_t seed, bool trace) {
    const Scenario scenario = draw_scenario(seed);
    if (trace) fmt::print("{}\n", scenario.text());
    Life::Trace tell;
    if (trace) {
        tell = [](const std::string& line) {
            fmt::print("{}\n", line);
            std::fflush(stdout);
        };
    }
    Life life{scenario, tell};
    LifeReport report = life.live();
    if (!report.violations.empty()) {
        fmt::print("{}\n", scenario.text());
        for (const std::string& violation : report.violations)
            fmt::print("  VIOLATION {}\n", violation);
        fmt::print("  replay: callarchive_simulation --first {} --seeds 1 --trace\n", seed);
        std::fflush(stdout);
    }
    return report;
}

/// One worker's share: every `jobs`-th seed.
Sum work(const Options& options, const std::vector<std::uint64_t>& past, int worker) {
    Sum sum;
    const auto began = std::chrono::steady_clock::now();
    const auto time_left = [&] {
        return options.seconds <= 0 ||
               std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() <
                   options.seconds;
    };
    const auto step = static_cast<std::size_t>(options.jobs);
    for (std::size_t i = static_cast<std::size_t>(worker); i < past.size(); i += step)
        sum.add(run_seed(past[i], options.trace));
    for (std::int64_t i = worker;
         i < options.seeds && time_left() && sum.failed.size() < (options.until_failure ? 1U : 20U);
         i += options.jobs) {
        sum.add(run_seed(options.first + static_cast<std::uint64_t>(i), options.trace));
    }
    return sum;
}

int run(const Options& options) {
    std::vector<std::uint64_t> past;
    if (!options.past.empty()) {
        std::ifstream file{options.past};
        for (std::string line; std::getline(file, line);) {
            if (!line.empty() && line[0] != '#') past.push_back(std::stoull(line));
        }
    }
    // Processes, not threads: nothing in a life may depend on another.
    std::vector<std::pair<pid_t, int>> workers;
    for (int worker = 0; worker < options.jobs; ++worker) {
        int pipe_ends[2];
        if (pipe(pipe_ends) != 0) return 1;
        const pid_t child = fork();
        if (child == 0) {
            close(pipe_ends[0]);
            const std::string sum = work(options, past, worker).as_json().dump();
            std::fflush(stdout);
            const bool written =
                write(pipe_ends[1], sum.data(), sum.size()) == static_cast<ssize_t>(sum.size());
            // exit(), so that a sanitizer can tell of leaks, and the counters of what was reached
            // are written.
            std::exit(written ? 0 : 1);
        }
        close(pipe_ends[1]);
        workers.emplace_back(child, pipe_ends[0]);
    }
    Sum all;
    bool crashed = false;
    for (const auto& [child, end] : workers) {
        std::string text;
        char buffer[65'536];
        for (ssize_t got; (got = read(end, buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(got));
        int status = 0;
        waitpid(child, &status, 0);
        const auto sum = nlohmann::json::parse(text, nullptr, false);
        if (status != 0 || !sum.is_object()) {
            crashed = true;
        } else {
            all.add(sum);
        }
    }
    if (!options.json.empty()) std::ofstream{options.json} << all.as_json().dump(2) << '\n';
    fmt::print(
        "{} seeds from {}, {:.1f} simulated years, {} cycles, {} requests, {} calls archived, "
        "{} claims checked; {} power cuts, {} kills, {} disk errors, {} network failures; "
        "{} seeds failed{}\n",
        all.seeds, options.first, all.years, all.cycles, all.requests, all.calls, all.claims,
        all.power_cuts, all.kills, all.disk_failures, all.network_failures, all.failed.size(),
        crashed ? "; A WORKER CRASHED" : "");
    for (const std::uint64_t seed : all.failed)
        fmt::print("  failed: {}\n", seed);
    return all.failed.empty() && !crashed ? 0 : 1;
}

}  // namespace
}  // namespace callarchive::testing

int main(int argc, char** argv) {
    callarchive::testing::Options options;
    CLI::App app{"Runs the engine and the store in simulated worlds, one for each seed"};
    app.add_option("--first", options.first, "First seed");
    app.add_option("--seeds", options.seeds, "How many");
    app.add_option("--seconds", options.seconds, "Stop after so long, whatever --seeds says");
    app.add_option("--jobs", options.jobs, "Processes at once");
    app.add_option("--past", options.past, "A file of seeds that are run first");
    app.add_option("--json", options.json, "Write the sums to this file");
    app.add_flag("--until-failure", options.until_failure, "Stop at the first seed that fails");
    app.add_flag("--trace", options.trace, "Tell everything that happens");
    CLI11_PARSE(app, argc, argv);
    // Worlds are made and thrown away: giving their pages back to the system each time and taking
    // them again is a sixth of all the time (mallopt(3)).
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    return callarchive::testing::run(options);
}
