// Any history of reads, sweeps and passing time is a ledger that keeps its word: no holes, nothing
// final that was not read late enough, no step back, and a plan that only asks for what is
// readable.
#include "base/check.h"
#include "plan/ledger.h"
#include "plan/plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace {

using namespace callarchive;

void check(const Ledger& ledger, const Policy& policy) {
    Moment end = ledger.coverage.beginning();
    for (const Segment& segment : ledger.coverage.segments()) {
        CHECK(segment.span.from == end && !segment.span.empty());
        end = segment.span.to;
        if (segment.state == CoverageState::final) {
            CHECK(segment.read_as_of &&
                  *segment.read_as_of - (segment.span.to - Seconds{1}) >= policy.final_age());
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Policy policy{.revisit = {Seconds{10}, Seconds{60}, Seconds{200}},
                        .overlap = Seconds{7},
                        .poll_interval = Seconds{5},
                        .retention = Seconds{256},
                        .window_max = Seconds{50}};
    Moment now = moment_from_unix(1'000'000);
    Ledger ledger{now - policy.retention};
    ledger.beginning_may_move_to = ledger.coverage.beginning() + policy.overlap;
    Moment cursor = ledger.cursor();
    for (std::size_t i = 0; i + 2 < size; i += 3) {
        const Seconds first{data[i + 1]};
        const Seconds second{data[i + 2]};
        switch (data[i] % 6) {
            case 0:
                now += first;
                break;
            case 1: {
                const Moment from = now - policy.retention + first;
                const Window window{.from = from, .to = std::min(from + second, now)};
                if (!window.empty()) ledger.record_read(window, now, policy);
                break;
            }
            case 2:
                ledger.record_sweep({.from = now - policy.retention + first, .as_of = now}, policy);
                break;
            case 3:
                ledger.evidence.ended_after += data[i + 1] % 3;
                ledger.settle(policy);
                break;
            case 4:
                static_cast<void>(ledger.expire(now, policy));
                break;
            default:
                ledger.trim_beginning(now - policy.retention + first / 16);
                break;
        }
        check(ledger, policy);
        CHECK(ledger.cursor() >= cursor);
        cursor = ledger.cursor();
        for (const PlannedWindow& planned : plan(ledger, now, policy)) {
            CHECK(!planned.window.empty());
            CHECK(planned.window.from >= now - policy.retention && planned.window.to <= now);
        }
    }
    return 0;
}
