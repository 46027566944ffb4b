#pragma once

#include "base/check.h"
#include "engine/engine.h"
#include "sim/virtual_clock.h"
#include "sim/virtual_network.h"
#include "store/archive.h"
#include "store/reader.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace callarchive::testing {

/// Remembers what the engine said.
class Witness final : public Observer {
  public:
    std::vector<WindowReport> windows;
    std::vector<FailureReport> failures;
    std::vector<Segment> gaps;
    std::vector<NoticeReport> notices;
    int cycles = 0;

    void on_request(const SourceIdentity&, const RequestReport&) override {}
    void on_window(const SourceIdentity&, const WindowReport& report) override {
        windows.push_back(report);
    }
    void on_failure(const SourceIdentity&, const FailureReport& report) override {
        failures.push_back(report);
    }
    void on_gaps(const SourceIdentity&, const std::vector<Segment>& lost) override {
        gaps.insert(gaps.end(), lost.begin(), lost.end());
    }
    void on_notice(const SourceIdentity&, const NoticeReport& report) override {
        notices.push_back(report);
    }
    void on_cycle(const SourceReport&) override { ++cycles; }
};

/// A folder that is gone at the end.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        // In memory where that can be had: a simulated month syncs the disk many thousand times.
        const std::filesystem::path memory{"/dev/shm"};
        const auto parent =
            std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
        std::string name = (parent / "callarchive-XXXXXX").string();
        CHECK(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

inline SourceSettings settings_with(const Policy& policy) {
    return {.identity = {.name = "test", .sdk_app_id = 1400000000, .dialect = Dialect::v1},
            .endpoint = {.dialect = Dialect::v1,
                         .base = "https://api.invalid",
                         .sdk_app_id = 1400000000,
                         .identifier = "administrator"},
            .credential = SecretKey{Secret{"key"}},
            .policy = policy,
            .requests = {}};
}

inline Policy default_policy() {
    return {.revisit = {Seconds{3'600}, Seconds{21'600}, Seconds{86'400}, Seconds{259'200},
                        Seconds{518'400}},
            .overlap = Seconds{600},
            .poll_interval = Seconds{60},
            .retention = Seconds{604'800},
            .window_max = Seconds{21'600}};
}

/// The production engine and store between a virtual clock and a virtual network.
class BenchTop {
  public:
    BenchTop(Instant begin, VirtualNetwork::Service service, std::uint64_t seed)
        : clock(begin), network(clock, std::move(service), seed), seed_(seed) {}

    /// Starts the process anew; what was not durable is gone, as after a kill.
    void start(Mode mode, std::vector<SourceSettings> sources) {
        kill();
        auto opened =
            Archive::open({.path = folder.file("calls.db"), .cache_bytes = 4 << 20, .vfs = {}},
                          moment_of(clock.wall()));
        CHECK(opened.ok());
        archive.emplace(*std::move(opened));
        engine = std::make_unique<Engine>(*archive, clock, network, witness, mode, seed_++);
        CHECK(engine->configure(std::move(sources)).ok());
    }
    void kill() {
        engine.reset();
        archive.reset();
    }

    /// Lets the engine work for so much virtual time, or until a pass is over. Its turns are longer
    /// than the second of a daemon's, most of which do nothing.
    void run_for(Milliseconds time) {
        const Instant until = clock.true_now() + time;
        while (clock.true_now() < until && !engine->finished()) {
            engine->step(std::min<Milliseconds>(Milliseconds{10'000}, until - clock.true_now()));
        }
    }
    void run_pass() {
        for (int steps = 0; !engine->finished(); ++steps) {
            CHECK(steps < 1'000'000);
            engine->step(Milliseconds{1'000});
        }
    }

    /// Ids of all archived calls, as a reader sees them.
    [[nodiscard]] std::set<std::string> archived() const {
        auto reader = Reader::open(folder.file("calls.db"));
        CHECK(reader.ok());
        std::set<std::string> ids;
        CHECK(reader
                  ->calls({}, CallOrder::oldest_first, 0,
                          [&](const StoredCall& call) {
                              CHECK(ids.insert(call.call_id).second);
                              return true;
                          })
                  .ok());
        return ids;
    }
    [[nodiscard]] Ledger ledger() const {
        auto reader = Reader::open(folder.file("calls.db"));
        CHECK(reader.ok());
        auto status = reader->status();
        CHECK(status.ok() && !status->empty());
        return status->front().ledger;
    }

    TemporaryFolder folder;
    VirtualClock clock;
    VirtualNetwork network;
    Witness witness;
    std::optional<Archive> archive;
    std::unique_ptr<Engine> engine;

  private:
    std::uint64_t seed_;
};

}  // namespace callarchive::testing
