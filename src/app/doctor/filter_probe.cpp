#include "app/doctor/filter_probe.h"

#include <algorithm>

namespace callarchive {
namespace {

constexpr int calls_max = 3;
// Room for a bound that is inclusive on either side, and for a middle apart from both ends.
constexpr Seconds call_min{12};
constexpr Seconds around{2};

Result<bool> comes_back(Conversation& conversation, const std::string& call_id, Moment moment) {
    const auto reply = conversation.ask(moment - around, moment + around);
    if (!reply.page.ok()) return reply.page.error();
    return std::any_of(reply.page->records.begin(), reply.page->records.end(),
                       [&](const CallRecord& record) { return record.call_id == call_id; });
}

}  // namespace

Result<FilterSightings> probe_filter(Conversation& conversation,
                                     const std::vector<CallRecord>& records) {
    FilterSightings sightings;
    for (const CallRecord& record : records) {
        if (sightings.calls == calls_max) break;
        if (!record.start || !record.end || *record.end - *record.start < call_min) continue;
        const Moment middle = *record.start + (*record.end - *record.start) / 2;
        const auto at_start = comes_back(conversation, record.call_id, *record.start);
        if (!at_start.ok()) return at_start.error();
        const auto at_end = comes_back(conversation, record.call_id, *record.end);
        if (!at_end.ok()) return at_end.error();
        const auto at_middle = comes_back(conversation, record.call_id, middle);
        if (!at_middle.ok()) return at_middle.error();
        ++sightings.calls;
        sightings.at_start += *at_start ? 1 : 0;
        sightings.at_end += *at_end ? 1 : 0;
        sightings.at_middle += *at_middle ? 1 : 0;
    }
    return sightings;
}

std::string reading_in_words(const FilterSightings& seen) {
    const auto always = [&](int count) { return count == seen.calls; };
    const auto never = [](int count) { return count == 0; };
    if (seen.calls == 0) return "no finished call of 12 s or more to tell it from";
    if (always(seen.at_start) && always(seen.at_end) && always(seen.at_middle))
        return "a call lies in a stretch when any moment of it does";
    if (always(seen.at_start) && never(seen.at_end) && never(seen.at_middle))
        return "a call lies in a stretch when its start does";
    if (never(seen.at_start) && always(seen.at_end) && never(seen.at_middle))
        return "a call lies in a stretch when its end does";
    if (never(seen.at_start) && never(seen.at_end) && never(seen.at_middle))
        return "a call lies in a stretch only with its start and its end (or by a time that the "
               "record does not show)";
    if (always(seen.at_start) && always(seen.at_end) && never(seen.at_middle))
        return "a call lies in a stretch when its start or its end does";
    return "the answers do not agree on one reading";
}

}  // namespace callarchive
