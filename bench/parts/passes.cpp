// Passes of the real engine over the real network in one process, each told that nothing was read
// yet: the second one reads what the archive has, with everything warm, as the daemon does at every
// revisit. The first one on an archive that is there is a restart.

#include "app/config/config.h"
#include "engine/engine.h"
#include "net/curl_http.h"
#include "store/archive.h"
#include "sys/system_clock.h"
#include "usage.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace callarchive {
namespace {

class Counter final : public Observer {
  public:
    void on_request(const SourceIdentity&, const RequestReport&) override { ++requests; }
    void on_window(const SourceIdentity&, const WindowReport& report) override {
        counts += report.counts;
        ++windows;
    }
    void on_failure(const SourceIdentity&, const FailureReport& report) override {
        fmt::print(stderr, "passes: {}\n", report.error.message);
        ++failures;
    }
    void on_gaps(const SourceIdentity&, const std::vector<Segment>&) override {}
    void on_notice(const SourceIdentity&, const NoticeReport&) override {}
    void on_cycle(const SourceReport&) override {}

    RecordCounts counts;
    int requests = 0, windows = 0, failures = 0;
};

template <typename Value>
Value value_or_end(Result<Value> result) {
    if (result.ok()) return std::move(result).value();
    fmt::print(stderr, "passes: {}\n", result.error().message);
    std::exit(1);
}

/// The claim to have read anything; what the answers showed of the filter stays.
void take_back_claims(Archive& archive, const SourceSettings& settings, const Clock& clock) {
    const Moment now = moment_of(clock.wall());
    const SourceNo source = value_or_end(archive.enroll(settings.identity, settings.policy, now));
    const Ledger before = value_or_end(archive.ledger(source));
    Ledger ledger{before.coverage.beginning()};
    ledger.beginning_may_move_to = now;
    ledger.evidence = before.evidence;
    value_or_end(archive.store_ledger(source, ledger));
    value_or_end(archive.flush());
}

void pass(Archive& archive, const Config& config, SystemClock& clock, CurlHttp& http) {
    const Usage before = usage_now();
    Counter counter;
    Engine engine{archive, clock, http, counter, Mode::pass, 1};
    value_or_end(engine.configure(config.sources()));
    while (!engine.finished())
        engine.step(Milliseconds{250});
    value_or_end(engine.stop());
    const Usage after = usage_now();
    fmt::print(
        "{{\"added\": {}, \"unchanged\": {}, \"requests\": {}, \"windows\": {}, \"failures\": {}, "
        "\"cpu_seconds\": {:.6f}, \"written_bytes\": {}, \"resident_bytes_peak\": {}}}\n",
        counter.counts.added, counter.counts.unchanged, counter.requests, counter.windows,
        counter.failures, after.cpu_seconds - before.cpu_seconds,
        after.written_bytes - before.written_bytes, after.resident_bytes_peak);
}

int run(const char* config_path, int passes) {
    auto loaded = load_config(config_path, environment_of_process(), Secrets::needed);
    if (!std::holds_alternative<Config>(loaded)) {
        fmt::print(stderr, "passes: {} is no configuration\n", config_path);
        return 1;
    }
    const Config& config = std::get<Config>(loaded);
    SystemClock clock;
    CurlHttp http{clock, {}};
    Archive archive = value_or_end(
        Archive::open({.path = config.archive_path, .cache_bytes = config.archive_cache},
                      moment_of(clock.wall())));
    take_back_claims(archive, config.sources().front(), clock);
    for (int i = 0; i < passes; ++i) {
        if (i != 0) take_back_claims(archive, config.sources().front(), clock);
        pass(archive, config, clock, http);
    }
    return 0;
}

}  // namespace
}  // namespace callarchive

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(
            stderr,
            "usage: passes CONFIG NUMBER\n"
            "0 passes: only takes back the archive's claims, for the next pass of another\n");
        return 2;
    }
    return callarchive::run(argv[1], std::atoi(argv[2]));
}
