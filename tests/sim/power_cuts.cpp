// Cuts the power at every operation of the disk, and looks at what may be left in many ways.
#include "engine/engine.h"
#include "sim/api_link.h"
#include "sim/disk.h"
#include "sim/disk_vfs.h"
#include "sim/oracle.h"
#include "sim/scenario.h"
#include "sim/served_records.h"
#include "sim/snapshot.h"
#include "sim/virtual_clock.h"
#include "sim/virtual_network.h"
#include "store/archive.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace callarchive::testing {
namespace {

constexpr const char* file_name = "calls.db";
constexpr std::int64_t began = 1'700'000'000;

struct Options {
    std::int64_t damages = 20;
    std::int64_t step = 1;
    std::uint64_t seed = 1;
    std::string json;
};

/// Three windows of a small application, first start and all; a day later a second pass, with a
/// stop in order, and thus a checkpoint, after each.
Scenario small_scenario() {
    Scenario scenario = draw_scenario(1);
    scenario.sources.resize(1);
    SourceSettings& source = scenario.sources.front();
    source.identity.dialect = source.endpoint.dialect = Dialect::v1;
    source.policy = {.revisit = {Seconds{3'600}, Seconds{86'400}, Seconds{518'400}},
                     .overlap = Seconds{600},
                     .poll_interval = Seconds{60},
                     .retention = Seconds{604'800},
                     .window_max = Seconds{250'000}};
    source.requests = {};
    scenario.service = {};
    scenario.service.traffic.calls = 60;
    scenario.service.traffic.users = 20;
    scenario.service.personality.revised_share = 0.2;
    scenario.service.keep_truth = true;
    scenario.clock_error_at_boot = Milliseconds{0};
    scenario.faults_of_records = false;
    return scenario;
}

/// Remembers what was told as durable.
class Told final : public Observer {
  public:
    explicit Told(Oracle& oracle) : oracle_(oracle) {}

    void on_request(const SourceIdentity&, const RequestReport&) override {}
    void on_window(const SourceIdentity&, const WindowReport& report) override {
        oracle_.told_added(report.counts.added);
    }
    void on_failure(const SourceIdentity&, const FailureReport&) override {}
    void on_gaps(const SourceIdentity&, const std::vector<Segment>&) override {}
    void on_notice(const SourceIdentity&, const NoticeReport&) override {}
    void on_cycle(const SourceReport& report) override {
        oracle_.told_cursor(report.identity.name, unix_seconds(report.cursor));
    }

  private:
    Oracle& oracle_;
};

/// One run of the scenario, up to the operation the disk stops at.
class Run {
  public:
    explicit Run(const Scenario& scenario)
        : scenario_(scenario),
          clock_(moment_from_unix(began)),
          service_(scenario.service, moment_from_unix(began)),
          link_(service_, served_),
          network_(
              clock_,
              [this](const HttpRequest& request, Instant at) {
                  return link_.exchange(request, at);
              },
              7),
          oracle(scenario, service_, served_, moment_from_unix(began)) {}

    /// Whether it came to its end.
    bool to_the_end(Disk& disk) {
        DiskVfs vfs{disk};
        return pass(disk, vfs) && (clock_.advance(std::chrono::hours{24}), pass(disk, vfs));
    }
    [[nodiscard]] Instant now() const { return clock_.true_now(); }

  private:
    bool pass(Disk& disk, const DiskVfs& vfs) {
        Told told{oracle};
        std::optional<Archive> archive;
        std::unique_ptr<Engine> engine;
        const auto died = [&] { return disk.stopped(); };
        auto opened = Archive::open({.path = file_name, .cache_bytes = 2 << 20, .vfs = vfs.name()},
                                    moment_of(now()));
        bool whole = false;
        if (opened.ok()) {
            archive.emplace(*std::move(opened));
            engine = std::make_unique<Engine>(*archive, clock_, network_, told, Mode::pass, 3);
            if (engine->configure(scenario_.sources).ok()) {
                while (!engine->finished() && !died())
                    engine->step(Milliseconds{1'000});
                whole = !died() && engine->stop().ok();
            }
        }
        engine.reset();
        archive.reset();
        return whole && !died();
    }

    const Scenario& scenario_;
    VirtualClock clock_;
    simulator::Service service_;
    ServedRecords served_;
    ApiLink link_;
    VirtualNetwork network_;

  public:
    Oracle oracle;
};

int run(const Options& options) {
    const Scenario scenario = small_scenario();
    std::int64_t images = 0;
    std::int64_t again = 0;
    std::int64_t k = 1;
    for (;; k += options.step) {
        Disk disk{options.seed};
        disk.set_faults({.stop_at = k});
        Run life{scenario};
        const bool ended = life.to_the_end(disk);
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
                Run recovery{scenario};
                static_cast<void>(recovery.to_the_end(*image));
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
