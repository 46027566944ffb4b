#include "plan/plan.h"

#include <benchmark/benchmark.h>

namespace callarchive {
namespace {

Policy default_policy() {
    return {.revisit = {Seconds{3'600}, Seconds{21'600}, Seconds{86'400}, Seconds{259'200},
                        Seconds{518'400}},
            .overlap = Seconds{600},
            .poll_interval = Seconds{60},
            .retention = Seconds{604'800},
            .window_max = Seconds{21'600}};
}

/// One plan against the ledger of a daemon that has run for eight days.
void plan_in_steady_state(benchmark::State& state) {
    const Policy policy = default_policy();
    const Moment start = moment_from_unix(1'700'000'000);
    Ledger ledger{start - policy.retention};
    ledger.evidence.ended_after = FilterEvidence::enough;
    Moment now = start;
    for (int minute = 0; minute < 8 * 24 * 60; ++minute, now += Seconds{60}) {
        ledger.expire(now, policy);
        for (const PlannedWindow& p : plan(ledger, now, policy)) {
            ledger.record_read(p.window, now, policy);
        }
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(plan(ledger, now, policy));
    state.counters["segments"] = static_cast<double>(ledger.coverage.segments().size());
}
BENCHMARK(plan_in_steady_state);

}  // namespace
}  // namespace callarchive
