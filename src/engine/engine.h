#pragma once

#include "base/result.h"
#include "base/time.h"
#include "engine/observer.h"
#include "engine/settings.h"
#include "port/clock.h"
#include "port/http.h"
#include "store/archive.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace callarchive {

enum class Mode {
    follow,  ///< `run`: never done
    pass,    ///< `sync`: reads all that is due once, gives up on a window after about a minute
};

/// Decisions in motion: asks the ledger of every source what is due, reads it, commits it. One
/// thread drives all sources through step(); an application that hangs delays no other.
class Engine {
  public:
    /// All references must outlive the engine. `seed` feeds jitter and the API's random numbers.
    Engine(Archive& archive, const Clock& clock, Http& http, Observer& observer, Mode mode,
           std::uint64_t seed);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Takes the list of applications: at the start, and again on a reload. Entries that did not
    /// change go on undisturbed; those that are gone stop and keep their records. Nothing changes
    /// on failure.
    [[nodiscard]] Result<Done> configure(std::vector<SourceSettings> sources);

    /// Does what can be done now and waits for what comes next, at most `at_most`.
    void step(Milliseconds at_most);

    /// Mode::pass: every source has read all that was due, or has given up on the rest. In both
    /// modes: there is a storage_failure().
    [[nodiscard]] bool finished() const;

    /// Mode::pass: some window could not be read.
    [[nodiscard]] bool gave_up() const;

    /// Every source has read all that was due, and nothing waits for a commit.
    [[nodiscard]] bool at_rest() const;

    /// A failure of the archive's file that retrying does not mend, and that ends the engine's
    /// work: in Mode::follow only that the file was taken away (ErrorKind::displaced).
    [[nodiscard]] const Error* storage_failure() const;

    /// How every source stands, in the order of the configuration.
    [[nodiscard]] std::vector<SourceReport> report();

    /// Calls archived of every source's application, in the same order; 0 where that cannot be
    /// told.
    [[nodiscard]] std::vector<std::int64_t> call_counts();

    /// Cancels what is under way and commits what was read whole. The engine does nothing after it,
    /// but still answers questions.
    [[nodiscard]] Result<Done> stop();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace callarchive
