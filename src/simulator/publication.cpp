#include "simulator/publication.h"

#include "simulator/random.h"

#include <algorithm>

namespace callarchive::simulator {
namespace {

enum Purpose : std::uint64_t { fraction = 200, lateness, change_draw, shift_draw };

/// Calls happen between the seconds that the API can tell: 0 to 999 ms of them.
Milliseconds fraction_of(const Call& call) {
    return Milliseconds{static_cast<std::int64_t>(mix(call.key, fraction) % 1000)};
}

Instant at_second(std::int64_t second) {
    return Instant{moment_from_unix(second)};
}

/// Whether the record tells the call's end yet.
bool ended(const Call& call, Instant now) {
    return at_second(call.start + call.length) + fraction_of(call) <= now;
}

}  // namespace

PublicationRules::PublicationRules(const Personality& personality, Milliseconds retention,
                                   std::uint64_t seed, Seconds length_max)
    : personality_(personality),
      retention_(retention),
      revision_delay_(personality.revision_delay.count() > 0 ? personality.revision_delay
                                                             : retention / 50),
      flip_period_(std::max(Milliseconds{100}, retention / 500)),
      shift_max_(personality.moved_share > 0
                     ? Seconds{1} + std::chrono::floor<Seconds>(retention / 40)
                     : Seconds{0}),
      length_max_(length_max),
      seed_(seed),
      changes_(personality.revised_share + personality.flipping_share + personality.moved_share >
               0) {}

Instant PublicationRules::appears(const Call& call) const {
    const Instant ends = at_second(call.start + call.length) + fraction_of(call);
    switch (personality_.publication) {
        case Publication::at_end:
            return ends + personality_.publication_delay;
        case Publication::at_start:
            // A filter on the end cannot find a call that has none.
            if (personality_.filter == Filter::end) return ends + personality_.publication_delay;
            return std::min(ends, at_second(call.start) + fraction_of(call)) +
                   personality_.publication_delay;
        case Publication::late: {
            // The fourth power: most are quick, a few take the whole delay.
            const double part = to_unit(mix(call.key, lateness));
            const double delay = static_cast<double>(personality_.publication_delay.count()) *
                                 part * part * part * part;
            return ends + Milliseconds{static_cast<std::int64_t>(delay)};
        }
    }
    return never;
}

Instant PublicationRules::expires(const Call& call, Instant now) const {
    const Version version = version_at(call, now);
    // Under a filter that compares starts, a window cannot reach beyond the retention, whatever
    // the retention itself counts from.
    const bool from_end =
        personality_.retention_from == Basis::end && personality_.filter == Filter::end;
    const std::int64_t basis = from_end ? version.end : version.start;
    return at_second(basis) + retention_;
}

Version PublicationRules::version_at(const Call& call, Instant now) const {
    Version version{.start = call.start,
                    .accept = call.answered ? call.start + call.ring : 0,
                    .end = call.start + call.length,
                    .outcome = call.outcome,
                    .total_users = call.answered ? call.callees + 1U : 0U};
    if (personality_.publication == Publication::at_start && !ended(call, now)) {
        version.end = 0;
        if (at_second(version.accept) > now) version.accept = 0;
        version.outcome = version.accept == 0 ? Outcome::not_answer : Outcome::normal_end;
    }
    if (!changes_) return version;
    const Instant when = changes_at(call);
    switch (change_of(call)) {
        case Change::none:
            break;
        case Change::revised:
            if (now < when) break;
            version.total_users += 1;
            if (call.kind == Kind::single) version.outcome = Outcome::interrupt;
            break;
        case Change::flipping:
            if (now >= when && ((now - when) / flip_period_) % 2 == 0) version.total_users += 1;
            break;
        case Change::moved: {
            if (now < when) break;
            const auto range = static_cast<std::uint64_t>(2 * shift_max_.count() + 1);
            const auto shift =
                static_cast<std::int64_t>(mix(call.key, shift_draw) % range) - shift_max_.count();
            // Not beyond the accept or the end: a call that begins after it ended is no correction.
            const std::int64_t latest = version.accept != 0 ? version.accept : version.end;
            version.start = std::min(version.start + shift, latest == 0 ? version.start : latest);
            break;
        }
    }
    return version;
}

Instant PublicationRules::next_change(const Call& call, Instant now) const {
    Instant next = never;
    const auto consider = [&](Instant when) {
        if (when > now) next = std::min(next, when);
    };
    consider(appears(call));
    consider(expires(call, now));
    if (personality_.publication == Publication::at_start) {
        if (call.answered) consider(at_second(call.start + call.ring));
        consider(at_second(call.start + call.length) + fraction_of(call));
    }
    if (changes_ && change_of(call) != Change::none) {
        const Instant when = changes_at(call);
        consider(when);
        if (change_of(call) == Change::flipping && now >= when) {
            consider(when + ((now - when) / flip_period_ + 1) * flip_period_);
        }
    }
    return next;
}

Seconds PublicationRules::reach_before_retention() const {
    const bool from_end =
        personality_.retention_from == Basis::end && personality_.filter == Filter::end;
    return shift_max_ + (from_end ? length_max_ : Seconds{0});
}

PublicationRules::Change PublicationRules::change_of(const Call& call) const {
    const double draw = to_unit(mix(call.key, change_draw, seed_));
    double up_to = personality_.revised_share;
    if (draw < up_to) return Change::revised;
    up_to += personality_.flipping_share;
    if (draw < up_to) return Change::flipping;
    up_to += personality_.moved_share;
    return draw < up_to ? Change::moved : Change::none;
}

Instant PublicationRules::changes_at(const Call& call) const {
    // Never before the record appeared, or nobody could notice.
    const Instant base = std::max(at_second(call.start + call.length), appears(call));
    return base + revision_delay_;
}

}  // namespace callarchive::simulator
