#pragma once

#include "base/result.h"
#include "base/time.h"
#include "port/clock.h"
#include "store/archive.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace callarchive {

/// Decides when the archive's transaction ends, and holds back every report of what is in it until
/// it is durable: at once while all is live, in large portions while a backlog is read, for a
/// transaction of many records dirties each page of the index once instead of many times. Portions
/// begin with one window and double with each commit, so that a process that is killed again and
/// again still gets on, and a kill costs at most about what was made durable before it.
class Outbox {
  public:
    Outbox(Archive& archive, const Clock& clock) : archive_(archive), clock_(clock) {}

    /// Something was written at `now`; `told` runs once it is durable.
    void add(Monotonic now, std::function<void()> told);

    /// Commits if what is pending is large or old enough, or `live` says that nothing more is to be
    /// waited for; and what is half as large where no request may go out before `calm_until`, so
    /// that none waits for the disk. Where that is too soon for a commit, it does what can be done
    /// of one before. On failure all pending reports are dropped: nothing of it happened.
    [[nodiscard]] Result<Done> settle(Monotonic calm_until, bool live);

    /// Commits what is pending.
    [[nodiscard]] Result<Done> flush();

    /// Drops what is pending, in the archive and here.
    void give_up();

    [[nodiscard]] bool pending() const { return !told_.empty(); }
    /// Whether settle() has anything to commit. Records do without a report while their window is
    /// being read.
    [[nodiscard]] bool may_commit() const { return pending() || archive_.unflushed_rows() > 0; }
    /// When settle() would commit for age alone; Monotonic::max() where nothing is pending.
    [[nodiscard]] Monotonic due() const;

  private:
    /// How long the last one took. Few rows say nothing of what many take.
    struct Pace {
        Milliseconds took{0};
        std::int64_t rows = 1;

        [[nodiscard]] Milliseconds would_take(std::int64_t more) const {
            return took * more / rows;
        }
    };
    [[nodiscard]] Result<Done> prepare();
    [[nodiscard]] Result<Done> timed(Pace& pace, std::int64_t rows,
                                     Result<Done> (Archive::*work)());

    Archive& archive_;
    const Clock& clock_;
    std::vector<std::function<void()>> told_;
    std::int64_t rows_enough_ = 1;
    Milliseconds age_enough_{100};
    Monotonic oldest_{};
    Pace preparing_, committing_;
};

}  // namespace callarchive
