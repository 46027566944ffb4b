#include "sim/short_run.h"

#include "engine/engine.h"
#include "store/archive.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace callarchive::testing {
namespace {

constexpr std::int64_t began = 1'700'000'000;

/// While it lives, what happens is the world's and not the product's.
class World {
  public:
    explicit World(const std::function<void(bool)>& tell) : tell_(tell) { tell_(true); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() { tell_(false); }

  private:
    const std::function<void(bool)>& tell_;
};

}  // namespace

Scenario small_scenario(Dialect dialect) {
    Scenario scenario = draw_scenario(1);
    scenario.sources.resize(1);
    SourceSettings& source = scenario.sources.front();
    source.identity.dialect = source.endpoint.dialect = dialect;
    source.policy = {.revisit = {Seconds{3'600}, Seconds{86'400}, Seconds{518'400}},
                     .overlap = Seconds{600},
                     .poll_interval = Seconds{60},
                     .retention = Seconds{604'800},
                     .window_max = Seconds{250'000}};
    source.requests = {};
    scenario.service = {};
    scenario.service.traffic.calls = 60;
    scenario.service.traffic.users = 20;
    scenario.service.traffic.v4_share = dialect == Dialect::v4 ? 1 : 0;
    scenario.service.personality.revised_share = 0.2;
    scenario.service.keep_truth = true;
    scenario.clock_error_at_boot = Milliseconds{0};
    scenario.faults_of_records = false;
    return scenario;
}

/// Remembers what was told as durable.
class ShortRun::Told final : public Observer {
  public:
    explicit Told(ShortRun& run) : run_(run) {}

    void on_request(const SourceIdentity&, const RequestReport&) override {}
    void on_window(const SourceIdentity&, const WindowReport& report) override {
        const World world{run_.in_the_world};
        run_.oracle.told_added(report.counts.added);
        tell(fmt::format("[{}, {}): {} pages, {} new; {}", unix_seconds(report.planned.window.from),
                         unix_seconds(report.planned.window.to), report.pages, report.counts.added,
                         report.why));
    }
    void on_failure(const SourceIdentity&, const FailureReport& report) override {
        const World world{run_.in_the_world};
        ++run_.tidings_;
        tell(fmt::format("{} (again in {} ms)", report.error.message, report.retry_in.count()));
    }
    void on_gaps(const SourceIdentity&, const std::vector<Segment>&) override {}
    void on_notice(const SourceIdentity&, const NoticeReport& report) override {
        const World world{run_.in_the_world};
        ++run_.tidings_;
        tell(report.text);
    }
    void on_cycle(const SourceReport& report) override {
        const World world{run_.in_the_world};
        run_.oracle.told_cursor(report.identity.name, unix_seconds(report.cursor));
    }

  private:
    void tell(const std::string& what) {
        if (run_.trace) {
            run_.trace(
                fmt::format("+{:.3f} s, {} requests: {}",
                            std::chrono::duration<double>(run_.now().time_since_epoch()).count() -
                                static_cast<double>(began),
                            run_.requests(), what));
        }
    }

    ShortRun& run_;
};

ShortRun::ShortRun(const Scenario& scenario)
    : scenario_(scenario),
      clock_(moment_from_unix(began)),
      service_(scenario.service, moment_from_unix(began)),
      link_(service_, served_),
      network_(
          clock_,
          [this](const HttpRequest& request, Instant at) {
              const World world{in_the_world};
              return link_.exchange(request, at);
          },
          7),
      oracle(scenario, service_, served_, moment_from_unix(began)) {}

bool ShortRun::pass(const Place& place) {
    Told told{*this};
    std::optional<Archive> archive;
    std::unique_ptr<Engine> engine;
    bool whole = false;
    auto opened = Archive::open({.path = place.path, .cache_bytes = 2 << 20, .vfs = place.vfs},
                                moment_of(now()));
    if (opened.ok()) {
        archive.emplace(*std::move(opened));
        engine = std::make_unique<Engine>(*archive, clock_, network_, told, Mode::pass, 3);
        if (engine->configure(scenario_.sources).ok()) {
            while (!engine->finished() && !place.stopped())
                engine->step(Milliseconds{1'000});
            whole = !place.stopped() && engine->stop().ok();
        }
    }
    engine.reset();
    archive.reset();
    return whole && !place.stopped();
}

bool ShortRun::two_passes(const Place& place) {
    if (!pass(place)) return false;
    advance(std::chrono::hours{24});
    return pass(place);
}

}  // namespace callarchive::testing
