#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/filter_options.h"
#include "app/commands/nothing_found.h"
#include "app/commands/period.h"
#include "app/commands/stats_text.h"
#include "app/commands/terminal.h"
#include "store/reader.h"
#include "sys/system_clock.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace callarchive {
namespace {

struct Options {
    FilterOptions filter;
    std::string by;
    bool json = false;
};

GroupBy group_by_of(const std::string& word) {
    if (word == "day" || word == "hour") return GroupBy::time;
    if (word == "result") return GroupBy::result;
    if (word == "type") return GroupBy::type;
    if (word == "media") return GroupBy::media;
    if (word == "user") return GroupBy::user;
    return GroupBy::nothing;
}

Result<Stats> stats_of(Reader& reader, const CallFilter& filter, const Options& options,
                       bool with_course) {
    Stats stats{.since = filter.since,
                .until = filter.until,
                .by = options.by,
                .unit = options.by == "hour" ? CalendarUnit::hour : CalendarUnit::day,
                .local = options.filter.local};
    const Calendar calendar = calendar_of(stats.unit, stats.local);
    GroupBy by = group_by_of(options.by);
    if (by == GroupBy::nothing && with_course) by = GroupBy::time;
    auto groups = reader.count(filter, by, calendar);
    if (!groups.ok()) return groups.error();
    stats.groups = arranged(std::move(groups).value(), calendar);
    if (by != GroupBy::user) {
        for (const Group& group : stats.groups)
            stats.total += group.sums;
        return stats;
    }
    // A call has several users, so theirs do not add up to the total.
    const auto all = reader.count(filter, GroupBy::nothing, calendar);
    if (!all.ok()) return all.error();
    for (const Group& group : *all)
        stats.total += group.sums;
    return stats;
}

int run_stats(Invocation& invocation, const Options& options) {
    const Moment now = moment_of(SystemClock{}.wall());
    const auto filter = options.filter.resolve(now);
    if (!filter.ok()) return tell(filter.error());
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    auto reader = Reader::open(config->archive_path);
    if (!reader.ok()) return tell(reader.error());
    // Before the calls are counted, so that it claims no more than they can show.
    const auto sources = reader->status();
    if (!sources.ok()) return tell(sources.error());
    const std::size_t columns = output_columns();
    const auto stats = stats_of(*reader, *filter, options, !options.json && columns != 0);
    if (!stats.ok()) return tell(stats.error());
    Output out;
    out.write(options.json ? stats_as_json(*stats) : stats_for_people(*stats, columns));
    if (!out.finish()) return ExitStatus::failed;
    if (out.is_closed()) return ExitStatus::done;
    if (stats->total.calls == 0) tell_unknown_names(*reader, *filter);
    tell_period(*sources, *filter, now);
    return ExitStatus::done;
}

}  // namespace

void add_stats(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "stats", "How many calls, answer rate, talk time"};
    const auto options = std::make_shared<Options>();
    options->filter.add_to(command);
    command.option("--by", options->by, "In groups: day, hour, result, type, media or user")
        .one_of({"day", "hour", "result", "type", "media", "user"});
    command.flag("--json", options->json, "As JSON");
    command.runs([&invocation, options] { invocation.status = run_stats(invocation, *options); });
}

}  // namespace callarchive
