#include "app/commands/period.h"

#include "app/text/printable.h"
#include "base/time_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

namespace callarchive {
namespace {

// Of stretches in a line: `callarchive gaps` has all.
constexpr std::size_t named_max = 2;

std::string span_text(const Window& span) {
    return to_iso8601(span.from) + " to " + to_iso8601(span.to);
}

/// From the first to the last stretch that is added.
void extend(std::optional<Window>& whole, const Window& span) {
    if (span.empty()) return;
    if (!whole) {
        whole = span;
    } else {
        whole->to = std::max(whole->to, span.to);
    }
}

std::string gaps_text(const std::vector<Segment>& gaps, GapReason reason) {
    std::vector<std::string> named;
    std::size_t count = 0;
    std::optional<Seconds> shortest_age;
    for (const Segment& gap : gaps) {
        if (gap.reason != reason) continue;
        if (++count <= named_max) named.push_back(span_text(gap.span));
        if (gap.last_read_age) {
            shortest_age = std::min(shortest_age.value_or(*gap.last_read_age), *gap.last_read_age);
        }
    }
    if (count == 0) return {};
    std::string text = fmt::format("{}", fmt::join(named, ", "));
    if (count > named_max) {
        text += fmt::format(" and {} more (callarchive gaps)", count - named_max);
    }
    if (reason == GapReason::unread) return "MISSING, never read: " + text;
    return fmt::format("calls that lasted longer than {} may be missing: {}",
                       to_words(shortest_age.value_or(Seconds{0})), text);
}

}  // namespace

PeriodStanding standing_of_period(const Coverage& coverage, const Period& period, Moment now,
                                  Seconds retention) {
    PeriodStanding standing;
    const Moment beginning = coverage.beginning();
    const Moment until = std::min(period.until.value_or(now), now);
    const Window asked{.from = period.since.value_or(std::min(beginning, until - Seconds{1})),
                       .to = until};
    standing.in_the_future = period.since && *period.since >= now;
    standing.is_empty = asked.empty();
    if (asked.empty()) return standing;
    if (asked.from < beginning) standing.archive_begins = beginning;

    const auto add_unread = [&](const Window& span) {
        const Moment edge = now - retention;
        extend(standing.out_of_reach, intersection(span, {.from = span.from, .to = edge}));
        extend(standing.unread, intersection(span, {.from = edge, .to = span.to}));
    };
    for (Segment segment : coverage.segments()) {
        segment.span = intersection(segment.span, asked);
        if (segment.span.empty()) continue;
        switch (segment.state) {
            case CoverageState::final:
                break;
            case CoverageState::gap:
                standing.gaps.push_back(segment);
                break;
            case CoverageState::open:
                if (!segment.read_as_of) {
                    add_unread(segment.span);
                } else if (!standing.open_from) {
                    standing.open_from = segment.span.from;
                }
                break;
        }
    }
    const Moment end = std::max(coverage.end(), beginning);
    add_unread(intersection(asked, {.from = end, .to = asked.to}));
    return standing;
}

std::vector<std::string> in_words(const PeriodStanding& standing) {
    if (standing.in_the_future) return {"the period lies in the future"};
    if (standing.is_empty) return {"the period is empty"};
    if (standing.complete()) return {"complete, nothing can be added to this period any more"};
    std::vector<std::string> missing, open;
    if (standing.archive_begins) {
        missing.push_back("the archive begins at " + to_iso8601(*standing.archive_begins) +
                          " and knows of no earlier calls");
    }
    for (const GapReason reason : {GapReason::unread, GapReason::early}) {
        std::string text = gaps_text(standing.gaps, reason);
        if (!text.empty()) missing.push_back(std::move(text));
    }
    if (standing.out_of_reach) {
        missing.push_back("MISSING, not read in time: " + span_text(*standing.out_of_reach));
    }
    if (standing.unread) open.push_back("not read yet: " + span_text(*standing.unread));
    if (standing.open_from) {
        open.push_back("calls may still be added from " + to_iso8601(*standing.open_from) + " on");
    }
    std::vector<std::string> lines;
    for (const auto* parts : {&missing, &open}) {
        if (!parts->empty()) lines.push_back(fmt::format("{}", fmt::join(*parts, "; ")));
    }
    return lines;
}

std::vector<std::string> period_in_words(const std::vector<SourceStatus>& sources,
                                         const CallFilter& filter, Moment now) {
    std::vector<std::string> lines;
    std::vector<std::string> names;
    for (const SourceStatus& source : sources) {
        const std::string& name = source.identity.name;
        names.push_back(printable(name));
        if (filter.app && *filter.app != name) continue;
        const PeriodStanding standing = standing_of_period(
            source.ledger.coverage, {.since = filter.since, .until = filter.until}, now,
            source.retention);
        for (const std::string& line : in_words(standing))
            lines.push_back(printable(name) + ": " + line);
    }
    if (lines.empty() && filter.app) {
        lines.push_back(
            fmt::format("no application of the archive is named '{}'; there {}: {}",
                        printable(*filter.app), names.size() == 1 ? "is" : "are",
                        names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
    }
    return lines;
}

void tell_period(const std::vector<SourceStatus>& sources, const CallFilter& filter, Moment now) {
    for (const std::string& line : period_in_words(sources, filter, now))
        fmt::print(stderr, "{}\n", line);
}

}  // namespace callarchive
