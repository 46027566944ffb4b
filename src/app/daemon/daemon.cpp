#include "app/daemon/daemon.h"

#include "app/daemon/start_extension.h"
#include "app/version.h"
#include "store/migrations.h"
#include "sys/entropy.h"
#include "sys/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace callarchive {
namespace {

constexpr Milliseconds step_max{1'000};
// Gauges that nobody may look at; a scrape is seldom more often than this.
constexpr Milliseconds gauges_interval{1'000};

}  // namespace

Daemon::Daemon(const Invocation& invocation, Config config)
    : invocation_(invocation),
      config_(std::move(config)),
      log_(config_.log_level, config_.log_format),
      logging_(log_, writing_.clock),
      supervision_(writing_.clock, log_) {
    observers_.add(metrics_);
    observers_.add(logging_);
    observers_.add(signs_of_life_);
    observers_.add(activity_);
}

int Daemon::run() {
    auto begun = begin();
    if (!begun.ok()) {
        log_.write(LogLevel::error, begun.error().message);
        return begun.error().kind == ErrorKind::configuration ? ExitStatus::unusable_configuration
                                                              : ExitStatus::failed;
    }
    log_.write(LogLevel::info,
               fmt::format("callarchive {} archives {} application{} into {}", version(),
                           config_.apps.size(), config_.apps.size() == 1 ? "" : "s",
                           config_.archive_path));
    supervision_.ready();
    const Milliseconds turn_max = std::min(step_max, supervision_.turn_max());
    while (!stopping_ && engine_->storage_failure() == nullptr) {
        const Monotonic before = writing_.clock.monotonic();
        engine_->step(turn_max);
        came_round(writing_.clock.monotonic() - before);
        rest();
        update_gauges();
        take_signals();
    }
    supervision_.stopping();
    const auto stopped = engine_->stop();
    if (!stopped.ok()) log_.write(LogLevel::error, stopped.error().message);
    if (engine_->storage_failure() != nullptr) {
        // Opening anew is what a start does, with the lock that lies beside the new file.
        log_.write(LogLevel::error,
                   "ends, since it has lost its archive; the next start opens what is at " +
                       config_.archive_path);
        return ExitStatus::failed;
    }
    log_.write(LogLevel::info, "stopped");
    return stopped.ok() ? ExitStatus::done : ExitStatus::failed;
}

Result<Done> Daemon::open_archive() {
    auto received = writing_.receive_signals();
    if (!received.ok()) return received;
    // A failure is found again, and told, where the archive is opened.
    const auto pending = pending_migrations(config_.archive_path);
    std::optional<StartExtension> extension;
    if (pending.ok() && !pending->empty()) {
        extension.emplace(
            supervision_.manager(),
            fmt::format("bringing the archive to schema version {}", schema_version()),
            StartExtension::Terms{});
    }
    const bool is_older =
        pending.ok() && !pending->empty() && pending->size() < all_migrations().size();
    if (is_older) {
        log_.write(LogLevel::info,
                   fmt::format("brings the archive from schema version {} to {}: a second or "
                               "two for each million calls",
                               pending->front().version - 1, schema_version()));
    }
    auto begun = writing_.begin(config_);
    if (is_older && begun.ok()) {
        log_.write(LogLevel::info, fmt::format("the archive has schema version {} now; older "
                                               "versions of callarchive cannot read it",
                                               schema_version()));
    }
    return begun;
}

Result<Done> Daemon::begin() {
    auto begun = open_archive();
    if (!begun.ok()) return begun;
    http_ = std::make_unique<SharedHttp>(*writing_.http);
    pinger_ = std::make_unique<Pinger>(*http_, writing_.clock, log_);
    observers_.add(*pinger_);
    engine_ = std::make_unique<Engine>(*writing_.archive, writing_.clock, *http_, observers_,
                                       Mode::follow, random_seed());
    auto taken = engine_->configure(config_.sources());
    if (!taken.ok()) return taken;
    introduce_applications();
    health_.heartbeat(writing_.clock.monotonic());
    if (config_.listen.empty()) return Done{};
    auto listening = Listener::start(config_.listen, metrics_, health_, writing_.clock);
    if (!listening.ok()) return std::move(listening).error();
    listener_ = std::move(listening).value();
    return Done{};
}

void Daemon::introduce_applications() {
    std::vector<std::string> names;
    for (const AppConfig& app : config_.apps) {
        metrics_.introduce(app.settings.identity);
        names.push_back(app.settings.identity.name);
    }
    pinger_->configure(
        {.url = config_.ping_url, .apps = names, .poll_interval = config_.policy.poll_interval});
    signs_of_life_.expect(names,
                          silence_allowed(config_.policy.poll_interval, config_.requests.timeout));
}

void Daemon::came_round(Milliseconds turn) {
    pinger_->turn();
    signs_of_life_.turned(turn);
    // An application that is stuck for good is mended by a restart only: then neither the service
    // manager nor /healthz hears that all is well.
    if (!signs_of_life_.all_well()) return;
    health_.heartbeat(writing_.clock.monotonic());
    supervision_.sign_of_life();
}

/// Most of the time a daemon waits: what reading took of memory is not needed meanwhile, and what
/// the next poll needs is quickly read again.
void Daemon::rest() {
    if (!engine_->at_rest() || !activity_.take()) return;
    writing_.archive->release_memory();
    give_memory_back();
}

void Daemon::update_gauges() {
    const Monotonic now = writing_.clock.monotonic();
    if (gauges_updated_ && now - *gauges_updated_ < gauges_interval) return;
    gauges_updated_ = now;
    const auto reports = engine_->report();
    const auto counts = engine_->call_counts();
    for (std::size_t i = 0; i < reports.size(); ++i)
        metrics_.update(reports[i], counts[i]);
    supervision_.update(reports);
    metrics_.set_archive_bytes(writing_.archive->bytes_on_disk());
    health_.update(reports, {.poll_interval = config_.policy.poll_interval,
                             .request_timeout = config_.requests.timeout,
                             .retention = config_.policy.retention});
}

void Daemon::take_signals() {
    while (const auto signal = writing_.signals->take()) {
        switch (*signal) {
            case SignalKind::terminate:
            case SignalKind::interrupt:
                stopping_ = true;
                break;
            case SignalKind::hangup:
                reload();
                break;
        }
    }
}

void Daemon::reload() {
    supervision_.reloading();
    supervision_.ready(take_configuration());
}

std::string Daemon::take_configuration() {
    auto loaded = load_config(invocation_.config, environment_of_process(), Secrets::needed);
    if (const auto* problems = std::get_if<std::vector<Problem>>(&loaded)) {
        for (const Problem& problem : *problems)
            log_.write(LogLevel::error, problem.line());
        log_.write(LogLevel::error, "the new configuration is unusable: nothing was changed");
        return "the last reload was refused, see the log";
    }
    auto next = std::get<Config>(std::move(loaded));
    for (const Problem& warning : next.warnings)
        log_.write(LogLevel::warn, warning.line());
    const auto needs_restart = [&](const char* key, bool differs) {
        if (differs) {
            log_.write(LogLevel::warn,
                       fmt::format("{} has changed: that needs a restart; the old value stays in "
                                   "effect",
                                   key));
        }
    };
    needs_restart("archive.path", next.archive_path != config_.archive_path);
    needs_restart("archive.cache", next.archive_cache != config_.archive_cache);
    needs_restart("http.listen", next.listen != config_.listen);
    needs_restart("requests.ca_file", next.ca_file != config_.ca_file);
    needs_restart("requests.proxy", next.proxy != config_.proxy);
    next.archive_path = config_.archive_path;
    next.archive_cache = config_.archive_cache;
    next.listen = config_.listen;
    next.ca_file = config_.ca_file;
    next.proxy = config_.proxy;
    const auto taken = engine_->configure(next.sources());
    if (!taken.ok()) {
        log_.write(LogLevel::error,
                   "the new configuration was not taken: " + taken.error().message);
        return "the last reload was not taken, see the log";
    }
    for (const AppConfig& app : config_.apps) {
        const std::string& name = app.settings.identity.name;
        if (std::none_of(next.apps.begin(), next.apps.end(), [&](const AppConfig& stays) {
                return stays.settings.identity.name == name;
            })) {
            metrics_.retire(app.settings.identity);
        }
    }
    config_ = std::move(next);
    log_.configure(config_.log_level, config_.log_format);
    introduce_applications();
    log_.write(LogLevel::info, "the configuration was read again");
    return {};
}

}  // namespace callarchive
