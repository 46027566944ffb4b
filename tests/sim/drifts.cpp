// Every fault of the API, on the first page of each answer, in the middle, and on the last: what
// came is stored or kept raw, and nothing is claimed that was not there.
#include "sim/disk.h"
#include "sim/disk_vfs.h"
#include "sim/short_run.h"
#include "sim/snapshot.h"
#include "simulator/fault_table.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <string>

namespace callarchive::testing {
namespace {

constexpr const char* file_name = "calls.db";

// A pass gives a window that fails about a minute, and there are three, and sweeps.
constexpr std::int64_t requests_max = 3'000;
constexpr std::int64_t pass_seconds_max = 900;

struct Options {
    std::uint64_t first = 1;
    std::int64_t seeds = 2;
    std::string only;
    std::string page;
    bool trace = false;
    std::string json;
};

struct Sum {
    std::int64_t runs = 0;
    std::int64_t answers_spoiled = 0;
    std::int64_t told = 0;  ///< runs in which a person was told of it
    std::set<std::string> drifts;
    std::vector<std::string> violations;
};

/// Three pages and more in each window, so that each position is one of its own.
Scenario scenario_of(std::uint64_t seed) {
    Scenario scenario = small_scenario(seed % 2 == 0 ? Dialect::v4 : Dialect::v1);
    scenario.service.traffic.seed = seed;
    scenario.service.traffic.calls = 120;
    scenario.sources.front().requests.page_size = 7;
    scenario.sources.front().requests.concurrency = 1 + static_cast<int>(seed % 4);
    return scenario;
}

// Each has a test of its own, and takes longer than all others together.
constexpr std::array<std::string_view, 2> left_out{"gzip-bomb", "huge-body"};

/// "There is no more", said by the API itself where there is more: nobody can know better until the
/// moments are read again.
bool is_a_lie(std::string_view fault) {
    return fault == "code-no-records" || fault == "list-empty" || fault == "page-zero";
}

/// Calls that the ledger claims and that are not in the archive under their id.
std::int64_t missing(ShortRun& life, const Snapshot& snapshot, const SourceSettings& settings) {
    const auto source = snapshot.sources.find(settings.identity.name);
    if (source == snapshot.sources.end()) return 0;
    const auto dialect =
        settings.identity.dialect == Dialect::v1 ? simulator::Dialect::v1 : simulator::Dialect::v4;
    std::int64_t count = 0;
    life.service().for_each_truth(
        settings.identity.sdk_app_id, dialect, life.now(), [&](const simulator::TruthCall& call) {
            const auto* stretch = source->second.at(call.record->version.start);
            if (stretch == nullptr || !stretch->read_at || stretch->state == "gap") return;
            const bool readable =
                unix_seconds(moment_of(call.visible_from)) + 1 < *stretch->read_at &&
                unix_seconds(moment_of(call.visible_until)) > *stretch->read_at + 60;
            if (readable && !snapshot.calls.contains(call.record->call_id)) ++count;
        });
    return count;
}

/// Rows that came and are there otherwise than as a call of the truth: rejected, or with another
/// id, of which all rows with different contents are versions where all got the same.
std::int64_t kept_otherwise(ShortRun& life, const Snapshot& snapshot,
                            const SourceSettings& settings) {
    std::set<std::string> true_ids;
    life.service().for_each_truth(
        settings.identity.sdk_app_id, std::nullopt, life.now(),
        [&](const simulator::TruthCall& call) { true_ids.insert(call.record->call_id); });
    const auto others =
        std::count_if(snapshot.calls.begin(), snapshot.calls.end(),
                      [&](const auto& call) { return !true_ids.contains(call.first); });
    return others + static_cast<std::int64_t>(snapshot.revisions.size()) + snapshot.rejected_times;
}

void run_one(const simulator::FaultInfo& fault, const char* position, std::uint64_t seed,
             bool trace, Sum& sum) {
    Scenario scenario = scenario_of(seed);
    const bool of_records = fault.record != nullptr || fault.rows != simulator::RowFault::none ||
                            // These spoil a text somewhere in the answer, which may be an id.
                            fault.name == "invalid-utf8" || fault.name == "nul-byte";
    scenario.faults_of_records = of_records;
    const auto violated = [&](const std::string& what) {
        sum.violations.push_back(
            fmt::format("{} on the {} page, seed {}: {}", fault.name, position, seed, what));
    };
    Disk disk{seed};
    const DiskVfs vfs{disk};
    ShortRun life{scenario};
    if (trace) {
        fmt::print("{} on the {} page, seed {}\n", fault.name, position, seed);
        life.trace = [](const std::string& line) { fmt::print("  {}\n", line); };
    }
    const auto rule = simulator::parse_fault(fmt::format("{}=1,page={}", fault.name, position));
    life.service().faults().add(*rule);
    const ShortRun::Place place{.path = file_name, .vfs = vfs.name()};
    const Instant began = life.now();
    if (!life.pass(place)) violated("the pass did not end in order");
    const auto took = std::chrono::duration_cast<Seconds>(life.now() - began).count();
    if (life.requests() > requests_max || took > pass_seconds_max) {
        violated(fmt::format("the pass took {} requests and {} s", life.requests(), took));
    }
    const auto look = [&](bool claims) {
        const Snapshot snapshot = take_snapshot(disk, file_name, Depth::content);
        life.oracle.check_state(snapshot, life.now());
        if (!claims) return;
        life.oracle.check_claims(snapshot, life.now());
        if (!of_records) life.oracle.check_content(snapshot);
        const SourceSettings& settings = scenario.sources.front();
        const std::int64_t lost = missing(life, snapshot, settings);
        if (lost > kept_otherwise(life, snapshot, settings)) {
            violated(fmt::format("{} claimed calls are neither stored nor kept raw", lost));
        }
    };
    look(!is_a_lie(fault.name));
    // The API comes to its senses; a day later what is read again is whole.
    life.service().faults().clear();
    life.advance(std::chrono::hours{25});
    if (!life.pass(place)) violated("the pass after it did not end in order");
    look(!is_a_lie(fault.name));
    for (const std::string& violation : life.oracle.violations())
        violated(violation);
    ++sum.runs;
    sum.told += life.tidings() > 0 ? 1 : 0;
    for (const auto& [name, count] : life.link().faults()) {
        sum.answers_spoiled += count;
        sum.drifts.insert(name);
    }
}

int run(const Options& options) {
    constexpr std::array<const char*, 3> positions{"first", "middle", "last"};
    Sum sum;
    for (const simulator::FaultInfo& fault : simulator::fault_table()) {
        const bool asked_for = fault.name == options.only;
        if (!options.only.empty() && !asked_for) continue;
        if (!asked_for && std::find(left_out.begin(), left_out.end(), fault.name) != left_out.end())
            continue;
        for (const char* position : positions) {
            if (!options.page.empty() && position != options.page) continue;
            for (std::int64_t i = 0; i < options.seeds; ++i)
                run_one(fault, position, options.first + static_cast<std::uint64_t>(i),
                        options.trace, sum);
        }
        if (!sum.drifts.contains(std::string{fault.name})) {
            sum.violations.push_back(
                fmt::format("{} never happened: this tests nothing", fault.name));
        }
    }
    for (const std::string& violation : sum.violations)
        fmt::print("VIOLATION {}\n", violation);
    fmt::print(
        "{} drifts in {} runs, {} answers spoiled, a person told in {} runs; {} violations\n",
        sum.drifts.size(), sum.runs, sum.answers_spoiled, sum.told, sum.violations.size());
    if (!options.json.empty()) {
        std::ofstream{options.json} << nlohmann::json{{"runs", sum.runs},
                                                      {"drifts", sum.drifts},
                                                      {"answers_spoiled", sum.answers_spoiled},
                                                      {"told", sum.told}}
                                           .dump(2)
                                    << '\n';
    }
    return sum.violations.empty() ? 0 : 1;
}

}  // namespace
}  // namespace callarchive::testing

int main(int argc, char** argv) {
    callarchive::testing::Options options;
    CLI::App app{"Lets the API do everything that it may do wrong"};
    app.add_option("--first", options.first, "First seed");
    app.add_option("--seeds", options.seeds, "Worlds for each fault and position");
    app.add_option("--only", options.only, "This fault alone");
    app.add_option("--page", options.page, "On these pages alone: first, middle, last");
    app.add_flag("--trace", options.trace, "Tell everything that happens");
    app.add_option("--json", options.json, "Write the sums to this file");
    CLI11_PARSE(app, argc, argv);
    return callarchive::testing::run(options);
}
