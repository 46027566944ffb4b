#include "engine/engine.h"

#include "api/answer.h"
#include "engine/backoff.h"
#include "engine/collector.h"
#include "engine/outbox.h"
#include "engine/rate_limit.h"

#include <algorithm>
#include <map>
#include <utility>

namespace callarchive {
namespace {

constexpr Milliseconds storage_wait_first{1'000};
constexpr Milliseconds storage_wait_longest{30'000};
// How long one pass waits for another program's lock on the database.
constexpr int pass_busy_tries = 8;

// Each commit looks too; a file that was taken away is only to be told of soon.
constexpr Milliseconds file_look_interval{100};

}  // namespace

struct Engine::State {
    State(Archive& archive, const Clock& clock, Http& http, Observer& observer, Mode mode,
          std::uint64_t seed)
        : world{archive, clock, http, observer, mode, Outbox{archive, clock}, std::mt19937_64{seed},
                1,       {}} {}

    Surroundings world;
    std::map<std::int64_t, std::shared_ptr<RateLimit>> rate_limits;  ///< by sdk_app_id
    std::vector<std::unique_ptr<Collector>> collectors;
    Monotonic file_look_due = Monotonic::min();
    int storage_failures = 0;
    Monotonic storage_retry_at{};
    std::string storage_message;
    std::optional<Error> final_failure;

    [[nodiscard]] bool live() const {
        return std::all_of(collectors.begin(), collectors.end(),
                           [](const auto& collector) { return collector->live(); });
    }
    [[nodiscard]] Monotonic calm_until() const;
    [[nodiscard]] Milliseconds longest_wait(Milliseconds at_most) const;
    void look_after_file();
    void settle();
    void recover();
    void try_storage();
};

Engine::Engine(Archive& archive, const Clock& clock, Http& http, Observer& observer, Mode mode,
               std::uint64_t seed)
    : state_(std::make_unique<State>(archive, clock, http, observer, mode, seed)) {
    choose_json_code();
}

Engine::~Engine() = default;

Result<Done> Engine::configure(std::vector<SourceSettings> sources) {
    State& state = *state_;
    auto settled = state.world.outbox.flush();
    if (!settled.ok()) return settled;
    std::vector<SourceNo> numbers;
    for (const SourceSettings& settings : sources) {
        auto number = state.world.archive.enroll(settings.identity, settings.policy,
                                                 moment_of(state.world.clock.wall()));
        if (!number.ok()) {
            state.world.archive.roll_back();
            return std::move(number).error();
        }
        numbers.push_back(*number);
    }
    settled = state.world.archive.flush();
    if (!settled.ok()) {
        state.world.archive.roll_back();
        return settled;
    }
    std::vector<std::unique_ptr<Collector>> next;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const auto same = std::find_if(
            state.collectors.begin(), state.collectors.end(),
            [&](const auto& c) { return c != nullptr && c->settings() == sources[i]; });
        if (same != state.collectors.end()) {
            next.push_back(std::move(*same));
            continue;
        }
        auto& limit = state.rate_limits[sources[i].identity.sdk_app_id];
        if (!limit) limit = std::make_shared<RateLimit>(sources[i].requests.rate_limit);
        limit->set(sources[i].requests.rate_limit);
        next.push_back(
            std::make_unique<Collector>(state.world, std::move(sources[i]), numbers[i], limit));
    }
    state.collectors = std::move(next);
    return Done{};
}

/// Not at commits alone, which may be a poll interval apart: until it is noticed, others who open
/// what took the file's place find our log beside it.
void Engine::State::look_after_file() {
    const Monotonic now = world.clock.monotonic();
    if (now < file_look_due) return;
    file_look_due = now + file_look_interval;
    auto found = world.archive.in_place();
    // What else there is to tell comes with the next commit, and is retried.
    if (found.ok() || found.error().kind != ErrorKind::displaced) return;
    world.storage_failure = std::move(found).error();
    recover();
}

void Engine::State::settle() {
    if (!world.storage_failure) {
        const bool pending = world.outbox.pending();
        auto settled = world.outbox.settle(calm_until(), live());
        if (!settled.ok()) {
            world.storage_failure = std::move(settled).error();
        } else if (pending && !world.outbox.pending()) {
            // Only a commit shows that the file takes writes again.
            storage_failures = 0;
        }
    }
    if (world.storage_failure) recover();
}

/// The transaction is gone, and with it everything that was read and not durable: each collector
/// asks the ledger again, after a while.
void Engine::State::recover() {
    const Error error = *std::exchange(world.storage_failure, std::nullopt);
    world.outbox.give_up();
    ++storage_failures;
    const Milliseconds wait =
        back_off(storage_failures, storage_wait_first, storage_wait_longest, world.random);
    const bool ends_a_pass =
        error.kind != ErrorKind::storage_busy || storage_failures >= pass_busy_tries;
    if (error.kind == ErrorKind::displaced || (world.mode == Mode::pass && ends_a_pass)) {
        final_failure = error;
    }
    storage_retry_at = world.clock.monotonic() + wait;
    storage_message = error.message;
    for (const auto& collector : collectors) {
        collector->start_over(storage_retry_at);
        world.observer.on_failure(collector->settings().identity, {.error = error,
                                                                   .window = std::nullopt,
                                                                   .consecutive = storage_failures,
                                                                   .retry_in = wait});
    }
}

/// While the file takes no writes the API is left alone: a note of the failure shows whether it
/// does again, and stays as the word of what happened.
void Engine::State::try_storage() {
    if (storage_failures == 0 || collectors.empty() || world.clock.monotonic() < storage_retry_at) {
        return;
    }
    auto noted = world.archive.note_failure(collectors.front()->source(), storage_message,
                                            moment_of(world.clock.wall()));
    if (noted.ok()) noted = world.archive.flush();
    if (noted.ok()) {
        storage_retry_at = Monotonic::max();
    } else {
        world.storage_failure = std::move(noted).error();
        recover();
    }
}

/// When the first request may go out that waits for nothing but its time; the present where one
/// waits for an answer, which may come at any moment.
Monotonic Engine::State::calm_until() const {
    Monotonic wake = Monotonic::max();
    for (const auto& collector : collectors)
        wake = std::min(wake, collector->wakes_at());
    return wake == Monotonic::max() ? Monotonic::min() : wake;
}

/// Until somebody can do something without an answer.
Milliseconds Engine::State::longest_wait(Milliseconds at_most) const {
    Monotonic wake = world.outbox.due();
    for (const auto& collector : collectors)
        wake = std::min(wake, collector->wakes_at());
    const Monotonic now = world.clock.monotonic();
    return wake <= now ? Milliseconds{0} : std::min(at_most, wake - now);
}

void Engine::step(Milliseconds at_most) {
    State& state = *state_;
    if (state.final_failure) return;
    state.look_after_file();
    if (finished()) return;
    state.try_storage();
    for (const auto& collector : state.collectors) {
        collector->advance();
        if (state.world.storage_failure) break;
    }
    // What was asked for goes out before the disk is waited for, and is answered meanwhile.
    std::vector<HttpCompletion> completions;
    if (state.world.outbox.may_commit()) completions = state.world.http.wait(Milliseconds{0});
    state.settle();
    if (finished()) return;

    if (completions.empty()) completions = state.world.http.wait(state.longest_wait(at_most));
    for (HttpCompletion& completion : completions) {
        for (const auto& collector : state.collectors) {
            if (collector->receive(completion)) break;
        }
        if (state.world.storage_failure) break;
    }
    // A backlog's commit waits until the next requests are out.
    if (state.world.storage_failure || state.live()) state.settle();
}

bool Engine::finished() const {
    if (state_->final_failure) return true;
    return state_->world.mode == Mode::pass && !state_->world.outbox.pending() &&
           std::all_of(state_->collectors.begin(), state_->collectors.end(),
                       [](const auto& collector) { return collector->finished(); });
}

bool Engine::gave_up() const {
    return std::any_of(state_->collectors.begin(), state_->collectors.end(),
                       [](const auto& collector) { return collector->gave_up(); });
}

bool Engine::at_rest() const {
    return !state_->world.outbox.pending() &&
           std::all_of(state_->collectors.begin(), state_->collectors.end(),
                       [](const auto& collector) { return collector->at_rest(); });
}

const Error* Engine::storage_failure() const {
    return state_->final_failure ? &*state_->final_failure : nullptr;
}

std::vector<SourceReport> Engine::report() {
    std::vector<SourceReport> reports;
    for (const auto& collector : state_->collectors)
        reports.push_back(collector->report());
    return reports;
}

std::vector<std::int64_t> Engine::call_counts() {
    std::vector<std::int64_t> counts;
    for (const auto& collector : state_->collectors) {
        const auto count = state_->world.archive.call_count(collector->source());
        counts.push_back(count.ok() ? *count : 0);
    }
    return counts;
}

Result<Done> Engine::stop() {
    for (const auto& collector : state_->collectors)
        collector->start_over(Monotonic::max());
    return state_->world.outbox.flush();
}

}  // namespace callarchive
