#pragma once

#include "plan/ledger.h"
#include "plan/policy.h"

#include <map>
#include <optional>

namespace callarchive::testing {

/// The planner's rule said once more, second by second and with no cleverness: what the production
/// code must agree with. Straddling calls are taken as returned, so that no sweep is needed.
class NaiveModel {
  public:
    NaiveModel(Moment beginning, Policy policy)
        : beginning_(beginning), policy_(std::move(policy)) {}

    struct State {
        std::optional<Moment> read_as_of;
        bool final = false;
        bool gap = false;
        bool gap_unread = false;
    };

    State& at(Moment moment) { return moments_[moment]; }

    void read(const Window& window, Moment as_of) {
        for (Moment m = std::max(window.from, beginning_); m < window.to; m += Seconds{1}) {
            State& state = moments_[m];
            if (state.final || state.gap) continue;
            state.read_as_of = std::max(state.read_as_of.value_or(as_of), as_of);
            if (*state.read_as_of - m >= policy_.final_age()) state.final = true;
        }
    }

    void expire(Moment now) {
        for (Moment m = beginning_; m < now - policy_.retention; m += Seconds{1}) {
            State& state = moments_[m];
            if (state.final || state.gap) continue;
            state.gap = true;
            state.gap_unread = !state.read_as_of;
        }
    }

    /// Never read, or passed a revisit age that its latest read had not reached.
    bool due(Moment moment, Moment now) {
        if (moment < beginning_ || moment < now - policy_.retention || moment >= now) return false;
        const State& state = moments_[moment];
        if (state.final || state.gap) return false;
        if (!state.read_as_of) return true;
        for (const Seconds age : policy_.revisit) {
            if (now - moment >= age && *state.read_as_of - moment < age) return true;
        }
        return false;
    }

    /// Due, and waiting for so long that no gathering excuses it any more.
    bool overdue(Moment moment, Moment now) {
        if (!due(moment, now)) return false;
        const State& state = moments_[moment];
        if (!state.read_as_of) return now - moment > policy_.overlap + policy_.poll_interval;
        for (std::size_t i = 0; i < policy_.revisit.size(); ++i) {
            const Seconds age = policy_.revisit[i];
            if (now - moment >= age + policy_.patience(i) && *state.read_as_of - moment < age) {
                return true;
            }
        }
        return false;
    }

  private:
    Moment beginning_;
    Policy policy_;
    std::map<Moment, State> moments_;
};

}  // namespace callarchive::testing
