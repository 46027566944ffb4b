// Every allocation fails once, and fails for good, one after the other: from the first start over a
// pass with its commits to the stop, and while an archive is verified. Each in a process of its
// own, which may report, give up or go on, but not crash; what it leaves is whole, and what it told
// is in it.
#include "api/answer.h"
#include "sim/disk.h"
#include "sim/failing_memory.h"
#include "sim/short_run.h"
#include "sim/snapshot.h"
#include "store/verify.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <new>
#include <string>

namespace callarchive::testing {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::int64_t first = 1;
    std::int64_t step = 1;
    std::int64_t last = 0;
    std::string folder = "/dev/shm";
    std::string json;
};

struct Sum {
    std::int64_t allocations = 0;  ///< the highest k that still failed something
    std::int64_t runs = 0;
    std::int64_t gave_up = 0;
    std::int64_t violations = 0;
};

/// How a process with a failing allocation ends; every other status is a crash.
enum Ending : int { went_on = 0, gave_up = 10, broke_a_promise = 11, nothing_failed = 12 };

void violated(const char* what, std::int64_t k, bool sticky, const std::string& why) {
    fmt::print("VIOLATION in {} at allocation {}{}: {}\n", what, k, sticky ? " and after" : "",
               why);
}

/// The archive's files, as a disk that the snapshot can read.
void load(const fs::path& folder, Disk& disk) {
    for (const char* name : {"calls.db", "calls.db-wal"}) {
        std::ifstream file{folder / name, std::ios::binary};
        if (!file) continue;
        const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
        std::shared_ptr<Disk::File> copy;
        disk.open(name, true, &copy);
        disk.write(*copy, 0, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                   static_cast<std::int64_t>(bytes.size()));
    }
}

/// First start, pass, stop; afterwards with memory again, and it must be whole.
int live(const fs::path& folder, std::int64_t k, bool sticky) {
    const Scenario scenario = small_scenario();
    ShortRun life{scenario};
    life.in_the_world = [](bool in) { failing_memory::spare(in); };
    const ShortRun::Place place{.path = folder / "calls.db"};
    bool whole = false;
    failing_memory::fail_at(k, sticky);
    failing_memory::spare(false);
    try {
        whole = life.pass(place);
    } catch (const std::bad_alloc&) {
        // As in main(): the process ends, and is started again.
    }
    failing_memory::spare(true);
    const bool failed = failing_memory::counted() >= k;
    failing_memory::fail_at(0, false);

    const auto look = [&](bool settled) {
        Disk disk{1};
        load(folder, disk);
        const Snapshot snapshot = take_snapshot(disk, "calls.db", Depth::content);
        life.oracle.check_state(snapshot, life.now());
        life.oracle.check_claims(snapshot, life.now());
        life.oracle.check_content(snapshot);
        if (settled) life.oracle.check_settled(snapshot, life.now());
    };
    look(false);
    ShortRun::Place again = place;
    if (!life.pass(again)) life.oracle.violated("with memory again the next pass fails");
    look(true);
    for (const std::string& violation : life.oracle.violations())
        violated("a pass", k, sticky, violation);
    if (!life.oracle.violations().empty()) return broke_a_promise;
    return !failed ? nothing_failed : whole ? went_on : gave_up;
}

/// A sound archive is never called damaged for want of memory.
int verify(const fs::path& folder, std::int64_t k, bool sticky) {
    const std::string path = folder / "calls.db";
    int ending = went_on;
    failing_memory::fail_at(k, sticky);
    failing_memory::spare(false);
    try {
        const auto outcome = verify_archive(path, [](std::string_view, double) { return true; });
        failing_memory::spare(true);
        if (!outcome.ok()) ending = gave_up;
        if (outcome.ok() && !outcome->is_sound()) {
            violated("verify", k, sticky, "a sound archive is called damaged");
            ending = broke_a_promise;
        }
        if (!outcome.ok() && outcome.error().kind == ErrorKind::damaged) {
            violated("verify", k, sticky, outcome.error().message);
            ending = broke_a_promise;
        }
    } catch (const std::bad_alloc&) {
        failing_memory::spare(true);
        ending = gave_up;
    }
    if (failing_memory::counted() < k) return nothing_failed;
    return ending;
}

using Job = std::function<int(const fs::path&, std::int64_t, bool)>;

/// Runs a job for one k after the other until nothing fails any more.
void each_allocation(const Options& options, const char* what, bool sticky, bool fresh,
                     const fs::path& folder, const Job& job, Sum& sum) {
    for (std::int64_t k = options.first; options.last == 0 || k <= options.last;
         k += options.step) {
        if (fresh) {
            fs::remove_all(folder);
            fs::create_directories(folder);
        }
        std::fflush(stdout);
        const pid_t child = fork();
        // exit(), so that a sanitizer can tell of leaks.
        if (child == 0) std::exit(job(folder, k, sticky));
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == nothing_failed) break;
        ++sum.runs;
        sum.allocations = std::max(sum.allocations, k);
        if (!WIFEXITED(status)) {
            violated(what, k, sticky, fmt::format("it died of signal {}", WTERMSIG(status)));
            ++sum.violations;
        } else if (WEXITSTATUS(status) == gave_up) {
            ++sum.gave_up;
        } else if (WEXITSTATUS(status) != went_on) {
            if (WEXITSTATUS(status) != broke_a_promise) {
                violated(what, k, sticky, fmt::format("exit status {}", WEXITSTATUS(status)));
            }
            ++sum.violations;
        }
        if (sum.violations >= 20) break;
    }
}

int run(const Options& options) {
    failing_memory::install();
    // As a program does while it starts, before anything is tried.
    choose_json_code();
    const fs::path folder =
        fs::path{options.folder} / fmt::format("callarchive-memory-{}", getpid());
    nlohmann::json told;
    std::int64_t violations = 0;
    for (const bool sticky : {false, true}) {
        Sum passes;
        each_allocation(options, "a pass", sticky, true, folder / "pass", live, passes);
        // An archive to be verified.
        fs::remove_all(folder / "whole");
        fs::create_directories(folder / "whole");
        const Scenario scenario = small_scenario();
        ShortRun life{scenario};
        if (!life.pass({.path = folder / "whole" / "calls.db"})) return 1;
        Sum verifying;
        each_allocation(options, "verify", sticky, false, folder / "whole", verify, verifying);
        for (const auto& [name, sum] :
             {std::pair{"pass", passes}, std::pair{"verify", verifying}}) {
            fmt::print("{}, {}: {} allocations, {} runs, of which {} gave up; {} violations\n",
                       name, sticky ? "for good" : "once", sum.allocations, sum.runs, sum.gave_up,
                       sum.violations);
            told[fmt::format("{}_{}", name, sticky ? "sticky" : "once")] = sum.runs;
            violations += sum.violations;
        }
    }
    fs::remove_all(folder);
    if (!options.json.empty()) std::ofstream{options.json} << told.dump(2) << '\n';
    return violations == 0 ? 0 : 1;
}

}  // namespace
}  // namespace callarchive::testing

int main(int argc, char** argv) {
    callarchive::testing::Options options;
    CLI::App app{"Lets every allocation fail"};
    app.add_option("--first", options.first, "First allocation to fail");
    app.add_option("--last", options.last, "Last allocation to fail; 0: until nothing fails");
    app.add_option("--step", options.step, "Only every n-th allocation");
    app.add_option("--folder", options.folder, "Where the archives lie; memory is fastest");
    app.add_option("--json", options.json, "Write the sums to this file");
    CLI11_PARSE(app, argc, argv);
    return callarchive::testing::run(options);
}
