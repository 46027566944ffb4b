#pragma once

#include "base/time.h"
#include "plan/plan.h"
#include "plan/window.h"

#include <vector>

namespace callarchive {

/// What is left of `planned` outside `taken`; what is left of a window keeps its purpose, sweeps
/// stay whole.
[[nodiscard]] std::vector<PlannedWindow> without(const std::vector<PlannedWindow>& planned,
                                                 const Window& taken);

/// Windows that could not be read and wait for their next try, so that one bad stretch does not
/// keep the rest from being read. Forgotten with the process: the ledger still calls them due.
class SetAside {
  public:
    /// A window waits at most an hour, and never so long that much of the retention goes by.
    explicit SetAside(Seconds retention);

    /// Sets a window aside for longer each time: a minute at first, or less where the retention is
    /// short.
    void add(const Window& window, Monotonic now);

    /// Sets a window aside until the process ends.
    void add_for_good(const Window& window);

    /// The plan without what waits.
    [[nodiscard]] std::vector<PlannedWindow> filter(const std::vector<PlannedWindow>& planned,
                                                    Monotonic now) const;

    /// A window was read: what lies wholly in it waits no more.
    void clear(const Window& window);

    /// When the first of what waits may be tried again; Monotonic::max() where nothing waits.
    [[nodiscard]] Monotonic next(Monotonic now) const;

  private:
    struct Entry {
        Window window;
        int tries = 0;
        Monotonic until{};
    };
    [[nodiscard]] Milliseconds wait_after(int tries) const;

    Milliseconds first_wait_;
    Milliseconds longest_wait_;
    std::vector<Entry> entries_;
};

}  // namespace callarchive
