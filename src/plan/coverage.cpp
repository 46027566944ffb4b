#include "plan/coverage.h"

#include <algorithm>
#include <utility>

namespace callarchive {

std::optional<Coverage> Coverage::from_segments(Moment beginning, std::vector<Segment> segments) {
    Moment expected = beginning;
    for (const Segment& segment : segments) {
        if (segment.span.from != expected || segment.span.empty()) return std::nullopt;
        expected = segment.span.to;
    }
    Coverage coverage{beginning};
    coverage.segments_ = std::move(segments);
    return coverage;
}

Moment Coverage::end() const {
    return segments_.empty() ? beginning_ : segments_.back().span.to;
}

void Coverage::begin_later(Moment beginning) {
    if (beginning <= beginning_) return;
    if (!segments_.empty() && beginning < end()) cut_at(beginning);
    std::erase_if(segments_, [&](const Segment& s) { return s.span.from < beginning; });
    beginning_ = beginning;
}

void Coverage::extend_to(Moment moment) {
    if (end() < moment) segments_.push_back(Segment{.span = {.from = end(), .to = moment}});
}

void Coverage::cut_at(Moment moment) {
    const auto cut = std::find_if(segments_.begin(), segments_.end(), [&](const Segment& s) {
        return s.span.from < moment && moment < s.span.to;
    });
    if (cut == segments_.end()) return;
    Segment later = *cut;
    cut->span.to = moment;
    later.span.from = moment;
    segments_.insert(std::next(cut), later);
}

void Coverage::join() {
    std::vector<Segment> joined;
    joined.reserve(segments_.size());
    for (const Segment& segment : segments_) {
        if (!joined.empty() && joined.back().same_history(segment)) {
            joined.back().span.to = segment.span.to;
        } else {
            joined.push_back(segment);
        }
    }
    segments_ = std::move(joined);
}

}  // namespace callarchive
