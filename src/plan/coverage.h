#pragma once

#include "base/time.h"
#include "plan/window.h"

#include <optional>
#include <vector>

namespace callarchive {

enum class CoverageState {
    open,   ///< will be read (again)
    final,  ///< read completely at the last revisit age or later; never read again
    gap,    ///< left the API's retention before that
};

enum class GapReason {
    unread,  ///< never read completely: anything may be missing
    early,   ///< last read at a certain age: only calls that lasted longer can be missing
};

/// A stretch whose moments have one history.
struct Segment {
    Window span;
    std::optional<Moment> read_as_of{};  ///< latest complete read; empty: never
    CoverageState state = CoverageState::open;
    // The rest says something of gaps alone.
    GapReason reason = GapReason::unread;
    Moment detected_at{};
    std::optional<Seconds> last_read_age{};

    /// Whether two stretches differ in nothing but where they lie.
    [[nodiscard]] bool same_history(const Segment& other) const {
        return read_as_of == other.read_as_of && state == other.state && reason == other.reason &&
               detected_at == other.detected_at && last_read_age == other.last_read_age;
    }
    friend bool operator==(const Segment&, const Segment&) = default;
};

/// Which part of the time line has been read: segments in order, without holes or overlap, from the
/// beginning of the archive's time to the newest moment known. Beyond end() nothing was ever read.
class Coverage {
  public:
    explicit Coverage(Moment beginning) : beginning_(beginning) {}

    /// Coverage from stored segments. Nothing where they are out of order, overlap, leave holes or
    /// do not start at the beginning: what is read back from a file is input.
    [[nodiscard]] static std::optional<Coverage> from_segments(Moment beginning,
                                                               std::vector<Segment> segments);

    [[nodiscard]] Moment beginning() const { return beginning_; }
    [[nodiscard]] Moment end() const;
    [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }

    /// Calls `change(Segment&)` for every part of `window` from the beginning on; stretches are cut
    /// where the window cuts them, added as never read where coverage does not reach, and joined
    /// again where neighbours have one history.
    template <typename Change>
    void change(Window window, Change&& change_one);

    /// Moves the beginning forward: what lies before it is no part of the archive's time any more.
    void begin_later(Moment beginning);

    friend bool operator==(const Coverage&, const Coverage&) = default;

  private:
    void extend_to(Moment moment);
    void cut_at(Moment moment);
    void join();

    Moment beginning_;
    std::vector<Segment> segments_;
};

template <typename Change>
void Coverage::change(Window window, Change&& change_one) {
    window.from = std::max(window.from, beginning_);
    if (window.empty()) return;
    extend_to(window.to);
    cut_at(window.from);
    cut_at(window.to);
    for (Segment& segment : segments_) {
        if (window.holds(segment.span.from)) change_one(segment);
    }
    join();
}

}  // namespace callarchive
