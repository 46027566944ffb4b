#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/terminal.h"
#include "app/text/printable.h"
#include "base/time_text.h"
#include "store/reader.h"
#include "sys/system_clock.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace callarchive {
namespace {

using nlohmann::ordered_json;

struct Options {
    bool json = false;
    bool acknowledge = false;
};

std::string what_may_be_missing(const Segment& gap) {
    if (gap.reason == GapReason::unread) return "never read: anything may be missing";
    return fmt::format("last read at age {}: only calls that lasted longer can be missing",
                       to_words(gap.last_read_age.value_or(Seconds{0})));
}

int gaps(Invocation& invocation, const Options& options) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    if (options.acknowledge) {
        const auto done = acknowledge_gaps(config->archive_path, moment_of(SystemClock{}.wall()));
        if (!done.ok()) return tell(done.error());
    }
    auto reader = Reader::open(config->archive_path);
    if (!reader.ok()) return tell(reader.error());
    const auto sources = reader->status();
    if (!sources.ok()) return tell(sources.error());

    ordered_json list = ordered_json::array();
    std::string text;
    bool unacknowledged = false;
    for (const SourceStatus& source : *sources) {
        for (const Segment& gap : source.ledger.coverage.segments()) {
            if (gap.state != CoverageState::gap) continue;
            const bool acknowledged = gap.detected_at <= source.ledger.acknowledged_until;
            unacknowledged |= !acknowledged && gap.reason == GapReason::unread;
            list.push_back(
                {{"app", source.identity.name},
                 {"sdk_app_id", source.identity.sdk_app_id},
                 {"from_ts", unix_seconds(gap.span.from)},
                 {"to_ts", unix_seconds(gap.span.to)},
                 {"from_at", to_iso8601(gap.span.from)},
                 {"to_at", to_iso8601(gap.span.to)},
                 {"seconds", gap.span.length().count()},
                 {"reason", gap.reason == GapReason::unread ? "unread" : "early"},
                 {"last_read_age",
                  gap.last_read_age ? ordered_json(gap.last_read_age->count()) : ordered_json()},
                 {"detected_at", to_iso8601(gap.detected_at)},
                 {"acknowledged", acknowledged}});
            text += fmt::format("{}  {} .. {}  {}; {}; detected {}{}\n",
                                printable(source.identity.name), to_iso8601(gap.span.from),
                                to_iso8601(gap.span.to), to_words(gap.span.length()),
                                what_may_be_missing(gap), to_iso8601(gap.detected_at),
                                acknowledged ? ", acknowledged" : "");
        }
    }
    if (text.empty()) text = "no gaps\n";
    Output out;
    out.write(options.json ? list.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"
                           : text);
    if (!out.finish()) return ExitStatus::failed;
    return unacknowledged ? ExitStatus::needs_attention : ExitStatus::done;
}

}  // namespace

void add_gaps(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "gaps",
                          "Stretches that left the API's window before they were final"};
    const auto options = std::make_shared<Options>();
    command.flag("--json", options->json, "As JSON");
    command.flag("--acknowledge", options->acknowledge,
                 "Take note of all gaps known so far: they make nothing unhealthy any more");
    command.runs([&invocation, options] { invocation.status = gaps(invocation, *options); });
}

}  // namespace callarchive
