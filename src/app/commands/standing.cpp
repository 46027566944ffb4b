#include "app/commands/standing.h"

#include "base/time_text.h"

#include <fmt/format.h>

namespace callarchive {

Standing standing_of(const SourceStatus& status, Moment now) {
    Standing standing{
        .status = status, .cursor = status.ledger.cursor(), .head = status.ledger.head()};
    const Ledger& ledger = status.ledger;
    Policy policy;
    policy.retention = status.retention;
    standing.margin = ledger.margin(now, policy);
    for (const Segment& segment : ledger.coverage.segments()) {
        if (segment.state != CoverageState::gap) continue;
        const bool unread = segment.reason == GapReason::unread;
        ++(unread ? standing.unread_gaps : standing.early_gaps);
        (unread ? standing.unread_length : standing.early_length) += segment.span.length();
        if (unread && segment.detected_at > ledger.acknowledged_until)
            ++standing.unacknowledged_gaps;
    }
    if (standing.unacknowledged_gaps != 0) {
        standing.complaints.push_back(fmt::format(
            "{} unread gap{} not acknowledged (callarchive gaps)", standing.unacknowledged_gaps,
            standing.unacknowledged_gaps == 1 ? " is" : "s are"));
    }
    if (!status.last_success_at) {
        standing.complaints.emplace_back("no window has ever been read");
    } else if (standing.margin <= status.retention / 7) {
        standing.complaints.push_back(
            fmt::format("the margin is {}: unread calls leave the API's window {}",
                        to_words(standing.margin), standing.margin > Seconds{0} ? "soon" : "now"));
    }
    return standing;
}

std::string evidence_in_words(const FilterEvidence& evidence) {
    if (!evidence.straddlers_are_returned()) {
        return "not known yet; everything retained is also read in one open-ended query regularly";
    }
    return evidence.ended_after >= FilterEvidence::enough
               ? "looks at a call's start (calls ending after a window were returned)"
               : "looks at a call's end or creation (calls starting before a window were returned)";
}

}  // namespace callarchive
