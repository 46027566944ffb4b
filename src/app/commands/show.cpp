#include "app/commands/call_format.h"
#include "app/commands/call_text.h"
#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/terminal.h"
#include "app/text/printable.h"
#include "base/time_text.h"
#include "store/reader.h"

#include <fmt/format.h>

#include <memory>

namespace callarchive {
namespace {

struct Options {
    std::string call_id;
    bool json = false;
    bool local = false;
};

std::string or_dash(const std::optional<std::string>& value) {
    return value ? printable(*value) : "-";
}

std::string duration_text(const std::optional<std::int64_t>& seconds) {
    return seconds ? to_words(Seconds{*seconds}) : "unknown";
}

/// A time as the view has it; what is no time stays as it is.
std::string time_text(const std::optional<std::string>& at, bool local) {
    const auto moment = at && local ? parse_iso8601(*at) : std::nullopt;
    return moment ? time_for_people(unix_seconds(*moment), true) : or_dash(at);
}

std::string for_people(const StoredCall& call, bool local) {
    std::string text;
    const auto line = [&](const char* name, const std::string& value) {
        text += fmt::format("{:<14}{}\n", name, value);
    };
    line("call id", printable(call.call_id));
    line("application", fmt::format("{} (SDKAppID {})", printable(call.app), call.sdk_app_id));
    line("what", fmt::format("{} {}, {}", or_dash(call.call_type), or_dash(call.media_type),
                             or_dash(call.call_result)));
    line("caller", or_dash(call.caller));
    line("callees", printable(call.callees));
    line("room", or_dash(call.room_id));
    line("started", time_text(call.started_at, local));
    line("accepted", time_text(call.accepted_at, local));
    line("ended", time_text(call.ended_at, local));
    line("rang for", duration_text(call.ring_seconds));
    line("talked for", call.answered ? duration_text(call.talk_seconds) : "not answered");
    if (call.total_user_number) line("participants", std::to_string(*call.total_user_number));
    if (call.room_id_type) line("room id type", std::to_string(*call.room_id_type));
    if (call.extra) line("more fields", printable(*call.extra));
    line("first seen", time_text(call.first_seen_at, local));
    line("revision", fmt::format("{}, as of {}", call.revision, time_text(call.changed_at, local)));
    if (call.replaced_at) line("replaced", time_text(call.replaced_at, local));
    return text;
}

std::string as_json(const std::vector<Reader::CallHistory>& histories) {
    std::string text = "[";
    for (const auto& history : histories) {
        if (text.size() > 1) text += ",";
        text += "\n{\"call\":" + call_as_json(history.current) + ",\"revisions\":[";
        for (std::size_t i = 0; i < history.earlier.size(); ++i) {
            text += (i == 0 ? "" : ",") + call_as_json(history.earlier[i]);
        }
        text += "]}";
    }
    return text + "\n]\n";
}

int show(Invocation& invocation, const Options& options) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    auto reader = Reader::open(config->archive_path);
    if (!reader.ok()) return tell(reader.error());
    const auto histories = reader->history(options.call_id);
    if (!histories.ok()) return tell(histories.error());
    if (histories->empty()) {
        return tell({ErrorKind::not_found, fmt::format("no call with the id '{}' is in the archive",
                                                       printable(options.call_id))});
    }
    Output out;
    if (options.json) {
        out.write(as_json(*histories));
    } else {
        for (const auto& history : *histories) {
            out.write(for_people(history.current, options.local));
            for (const StoredCall& earlier : history.earlier) {
                out.write("\nearlier:\n" + for_people(earlier, options.local));
            }
        }
    }
    return out.finish() ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

void add_show(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "show", "One call whole, with its earlier revisions"};
    const auto options = std::make_shared<Options>();
    command.option("CALL_ID", options->call_id, "The call's id").required();
    command.flag("--json", options->json,
                 "As JSON: a list, for an id may exist in several applications");
    command.flag("--local", options->local, "Times in this machine's zone instead of UTC");
    command.runs([&invocation, options] { invocation.status = show(invocation, *options); });
}

}  // namespace callarchive
