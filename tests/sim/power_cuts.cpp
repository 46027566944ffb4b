// Cuts the power at every operation of the disk, and looks at what may be left in many ways.
#include "sim/disk.h"
#include "sim/disk_vfs.h"
#include "sim/short_run.h"
#include "sim/snapshot.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace callarchive::testing {
namespace {

constexpr const char* file_name = "calls.db";

struct Options {
    std::int64_t damages = 20;
    std::int64_t step = 1;
    std::uint64_t seed = 1;
    std::string json;
};

/// First start and all, up to the operation the disk stops at. Whether it came to its end.
bool live(ShortRun& life, Disk& disk) {
    const DiskVfs vfs{disk};
    return life.two_passes(
        {.path = file_name, .vfs = vfs.name(), .stopped = [&] { return disk.stopped(); }});
}

int run(const Options& options) {
    const Scenario scenario = small_scenario();
    std::int64_t images = 0;
    std::int64_t again = 0;
    std::int64_t k = 1;
    for (;; k += options.step) {
        Disk disk{options.seed};
        disk.set_faults({.stop_at = k});
        ShortRun life{scenario};
        const bool ended = live(life, disk);
        for (std::int64_t damage = 0; damage < options.damages; ++damage) {
            const double survives[] = {0.0, 1.0, 0.5, 0.1, 0.9};
            const std::uint64_t seed =
                options.seed * 1'000'003 + static_cast<std::uint64_t>(damage);
            auto image =
                disk.image_after_power_cut(seed, survives[static_cast<std::size_t>(damage % 5)]);
            if (damage % 4 == 3) {
                // A second crash while the first is being recovered from.
                Dice dice{seed + static_cast<std::uint64_t>(k)};
                image->set_faults({.stop_at = dice.between(1, 30)});
                ShortRun recovery{scenario};
                static_cast<void>(live(recovery, *image));
                image->cut_power(dice.unit());
                ++again;
            }
            const Snapshot snapshot = take_snapshot(*image, file_name, Depth::ledger);
            life.oracle.check_state(snapshot, life.now());
            life.oracle.check_claims(snapshot, life.now());
            ++images;
            if (!life.oracle.violations().empty()) {
                for (const std::string& violation : life.oracle.violations())
                    fmt::print("VIOLATION at operation {}, damage {}, seed {}: {}\n", k, damage,
                               options.seed, violation);
                return 1;
            }
        }
        if (ended) break;
    }
    fmt::print(
        "{} power cuts at {} operations, {} of them with a second one during recovery: every "
        "image opens, is sound, and holds what was told\n",
        images, k, again);
    if (!options.json.empty()) {
        std::ofstream{options.json}
            << nlohmann::json{{"images", images}, {"operations", k}, {"again", again}}.dump(2)
            << '\n';
    }
    return 0;
}

}  // namespace
}  // namespace callarchive::testing

int main(int argc, char** argv) {
    callarchive::testing::Options options;
    CLI::App app{"Cuts the power at every operation of the disk"};
    app.add_option("--damages", options.damages, "Images to look at for each operation");
    app.add_option("--step", options.step, "Only every n-th operation");
    app.add_option("--seed", options.seed, "Which parts are lost");
    app.add_option("--json", options.json, "Write the sums to this file");
    CLI11_PARSE(app, argc, argv);
    return callarchive::testing::run(options);
}
