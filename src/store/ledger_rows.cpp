#include "store/ledger_rows.h"

#include "store/failure.h"
#include "store/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <utility>

namespace callarchive {
namespace {

// 34 000 years to either side of 1970: arithmetic on moments and ages stays far from overflow.
constexpr std::int64_t moment_most = std::int64_t{1} << 40;

[[noreturn]] void refuse(SourceNo source, std::string_view what) {
    throw Refusal(ErrorKind::damaged,
                  fmt::format("the coverage of source {} makes no sense ({}); run `callarchive "
                              "verify`, restore a backup",
                              source, what));
}

Moment moment_at(const sqlite::Rows& rows, int column, SourceNo source) {
    const std::int64_t seconds = rows.integer(column);
    if (!rows.is_integer(column) || seconds > moment_most || seconds < -moment_most) {
        refuse(source, "a time is missing or out of range");
    }
    return moment_from_unix(seconds);
}

std::optional<Moment> optional_moment_at(const sqlite::Rows& rows, int column, SourceNo source) {
    if (rows.is_null(column)) return std::nullopt;
    return moment_at(rows, column, source);
}

void read_gap(const sqlite::Rows& rows, Segment& segment, SourceNo source) {
    const std::string_view reason = rows.text(4);
    if (reason != "unread" && reason != "early") refuse(source, "a gap without a reason");
    segment.state = CoverageState::gap;
    segment.reason = reason == "unread" ? GapReason::unread : GapReason::early;
    segment.detected_at = moment_at(rows, 5, source);
    if (const auto age = rows.optional_integer(6)) {
        if (*age < 0 || *age > moment_most) refuse(source, "an age is out of range");
        segment.last_read_age = Seconds{*age};
    }
    const bool early = segment.reason == GapReason::early;
    if (early != segment.last_read_age.has_value()) refuse(source, "a gap's age does not fit");
}

void check_seal(const sqlite::Rows& rows, int column, SourceNo source) {
    if (rows.integer(column) == 0) refuse(source, "a row is not as it was written");
}

Segment segment_at(const sqlite::Rows& rows, SourceNo source) {
    check_seal(rows, 7, source);
    Segment segment{.span = {.from = moment_at(rows, 0, source), .to = moment_at(rows, 1, source)},
                    .read_as_of = optional_moment_at(rows, 2, source)};
    const std::string_view state = rows.text(3);
    if (state == "gap") {
        read_gap(rows, segment, source);
    } else if (state == "final") {
        if (!segment.read_as_of) refuse(source, "final, but never read");
        segment.state = CoverageState::final;
    } else if (state != "open") {
        refuse(source, "unknown state");
    }
    return segment;
}

std::string_view name_of(CoverageState state) {
    switch (state) {
        case CoverageState::open:
            return "open";
        case CoverageState::final:
            return "final";
        case CoverageState::gap:
            return "gap";
    }
    return "open";
}

std::optional<std::int64_t> seconds_of(const std::optional<Moment>& moment) {
    return moment ? std::optional{unix_seconds(*moment)} : std::nullopt;
}

}  // namespace

LedgerRows::LedgerRows(sqlite::Database& database)
    : load_source_(database,
                   "SELECT beginning_ts, beginning_may_move_to_ts, acknowledged_until_ts, "
                   "sweep_from_ts, sweep_as_of_ts, ended_after, started_before, " +
                       is_sealed(sealed_source) + " FROM source WHERE source_no = ?"),
      load_segments_(database,
                     "SELECT from_ts, to_ts, read_ts, state, reason, detected_ts, "
                     "last_read_age, " +
                         is_sealed(sealed_segment) +
                         " FROM coverage_segment WHERE source_no = ? ORDER BY from_ts"),
      // Acknowledging is another program's write: never taken back by a ledger loaded before it.
      store_source_(database,
                    update_sealed(sealed_source,
                                  {{"beginning_ts", "?2"},
                                   {"beginning_may_move_to_ts", "?3"},
                                   {"acknowledged_until_ts", "max(acknowledged_until_ts, ?4)"},
                                   {"sweep_from_ts", "?5"},
                                   {"sweep_as_of_ts", "?6"},
                                   {"ended_after", "?7"},
                                   {"started_before", "?8"}},
                                  "source_no = ?1")),
      store_segment_(database, insert_sealed(sealed_segment, "INSERT OR REPLACE")),
      delete_segment_(database,
                      "DELETE FROM coverage_segment WHERE source_no = ? AND from_ts = ?") {}

Ledger LedgerRows::load(SourceNo source) {
    sqlite::Rows row = load_source_.query(source);
    if (!row.next()) {
        throw Refusal(ErrorKind::not_found, fmt::format("the archive has no source {}", source));
    }
    check_seal(row, 7, source);
    Ledger ledger{moment_at(row, 0, source)};
    ledger.beginning_may_move_to = moment_at(row, 1, source);
    ledger.acknowledged_until = moment_at(row, 2, source);
    if (!row.is_null(3) || !row.is_null(4)) {
        ledger.sweep = Sweep{.from = moment_at(row, 3, source), .as_of = moment_at(row, 4, source)};
    }
    ledger.evidence = {.ended_after = row.integer(5), .started_before = row.integer(6)};
    if (ledger.evidence.ended_after < 0 || ledger.evidence.started_before < 0) {
        refuse(source, "a count below 0");
    }
    ledger.coverage = coverage_of(source, ledger.coverage.beginning());
    return ledger;
}

const Coverage& LedgerRows::coverage_of(SourceNo source, Moment beginning) {
    const auto remembered = remembered_.find(source);
    if (remembered != remembered_.end()) return remembered->second;
    std::vector<Segment> segments;
    sqlite::Rows rows = load_segments_.query(source);
    while (rows.next())
        segments.push_back(segment_at(rows, source));
    auto coverage = Coverage::from_segments(beginning, std::move(segments));
    if (!coverage) refuse(source, "holes or overlaps");
    return remembered_.emplace(source, *std::move(coverage)).first->second;
}

void LedgerRows::store(SourceNo source, const Ledger& ledger) {
    const Ledger before = load(source);
    Ledger scalars = before;
    scalars.coverage = ledger.coverage;
    const Moment beginning = ledger.coverage.beginning();
    if (scalars != ledger || before.coverage.beginning() != beginning) {
        const auto& sweep = ledger.sweep;
        store_source_.execute(source, unix_seconds(beginning),
                              unix_seconds(ledger.beginning_may_move_to),
                              unix_seconds(ledger.acknowledged_until),
                              sweep ? std::optional{unix_seconds(sweep->from)} : std::nullopt,
                              sweep ? std::optional{unix_seconds(sweep->as_of)} : std::nullopt,
                              ledger.evidence.ended_after, ledger.evidence.started_before);
    }

    // What is older than a retention changes no more, and after years is nearly all.
    const auto& stored_segments = before.coverage.segments();
    const auto& segments = ledger.coverage.segments();
    const auto [first_stored, first] = std::mismatch(stored_segments.begin(), stored_segments.end(),
                                                     segments.begin(), segments.end());
    std::map<Moment, const Segment*> gone;
    for (auto segment = first_stored; segment != stored_segments.end(); ++segment)
        gone.emplace(segment->span.from, &*segment);
    for (const Segment& segment : std::span{first, segments.end()}) {
        const auto stored = gone.find(segment.span.from);
        const bool same = stored != gone.end() && *stored->second == segment;
        if (stored != gone.end()) gone.erase(stored);
        if (same) continue;
        const bool gap = segment.state == CoverageState::gap;
        const bool early = gap && segment.reason == GapReason::early;
        store_segment_.execute(
            source, unix_seconds(segment.span.from), unix_seconds(segment.span.to),
            seconds_of(segment.read_as_of), name_of(segment.state),
            gap ? std::optional{early ? "early" : "unread"} : std::nullopt,
            gap ? std::optional{unix_seconds(segment.detected_at)} : std::nullopt,
            early && segment.last_read_age ? std::optional{segment.last_read_age->count()}
                                           : std::nullopt);
    }
    for (const auto& [from, segment] : gone)
        delete_segment_.execute(source, unix_seconds(from));
    remembered_.insert_or_assign(source, ledger.coverage);
}

}  // namespace callarchive
