#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/standing.h"
#include "app/commands/terminal.h"
#include "app/text/printable.h"
#include "base/time_text.h"
#include "store/reader.h"
#include "sys/disk.h"
#include "sys/system_clock.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace callarchive {
namespace {

using nlohmann::ordered_json;

ordered_json or_null(const std::optional<Moment>& moment) {
    return moment ? ordered_json(to_iso8601(*moment)) : ordered_json();
}

ordered_json as_json(const Standing& s) {
    const SourceStatus& status = s.status;
    return {
        {"app", status.identity.name},
        {"sdk_app_id", status.identity.sdk_app_id},
        {"api", name_of(status.identity.dialect)},
        {"healthy", s.healthy()},
        {"reasons", s.complaints},
        {"cursor_ts", unix_seconds(s.cursor)},
        {"cursor_at", to_iso8601(s.cursor)},
        {"head_ts", unix_seconds(s.head)},
        {"head_at", to_iso8601(s.head)},
        {"margin_seconds", s.margin.count()},
        {"records", status.records},
        {"gaps",
         {{"unread", s.unread_gaps},
          {"unread_seconds", s.unread_length.count()},
          {"unread_unacknowledged", s.unacknowledged_gaps},
          {"early", s.early_gaps},
          {"early_seconds", s.early_length.count()}}},
        {"last_success_at", or_null(status.last_success_at)},
        {"last_error_at", or_null(status.last_error_at)},
        {"last_error", status.last_error ? ordered_json(*status.last_error) : ordered_json()},
        {"filter",
         {{"straddling_calls_returned", status.ledger.evidence.straddlers_are_returned()},
          {"ended_after", status.ledger.evidence.ended_after},
          {"started_before", status.ledger.evidence.started_before},
          {"last_sweep_at",
           status.ledger.sweep ? or_null(status.ledger.sweep->as_of) : ordered_json()}}},
    };
}

std::string ago(const std::optional<Moment>& moment, Moment now) {
    if (!moment) return "never";
    return fmt::format("{} ({} ago)", to_iso8601(*moment),
                       to_words(std::max(Seconds{0}, now - *moment)));
}

std::string for_people(const Standing& s, Moment now) {
    const SourceStatus& status = s.status;
    std::string text = fmt::format("{} (SDKAppID {}, {}): {}\n", printable(status.identity.name),
                                   status.identity.sdk_app_id, name_of(status.identity.dialect),
                                   s.healthy() ? "healthy" : "NEEDS ATTENTION");
    const auto line = [&](const char* name, const std::string& value) {
        text += fmt::format("  {:<14}{}\n", name, value);
    };
    for (const std::string& complaint : s.complaints)
        line("!", complaint);
    line("records", std::to_string(status.records));
    line("final until", to_iso8601(s.cursor));
    line("read until", ago(s.head, now));
    line("margin", s.margin > Seconds{0} ? to_words(s.margin) : "none: " + to_words(s.margin));
    line("gaps",
         s.unread_gaps + s.early_gaps == 0
             ? std::string{"none"}
             : fmt::format("{} unread ({}), {} early ({})", s.unread_gaps,
                           to_words(s.unread_length), s.early_gaps, to_words(s.early_length)));
    line("last success", ago(status.last_success_at, now));
    if (status.last_error) {
        line("last error",
             fmt::format("{}: {}", ago(status.last_error_at, now), printable(*status.last_error)));
    } else {
        line("last error", "none");
    }
    line("filter", evidence_in_words(status.ledger.evidence));
    return text;
}

bool is_same(const SourceIdentity& a, const SourceIdentity& b) {
    return a.sdk_app_id == b.sdk_app_id && a.dialect == b.dialect;
}

constexpr const char* never_begun =
    "configured, but nothing has been archived yet: start or reload `callarchive run`";

/// An application that no row of the archive knows.
ordered_json as_json_never_begun(const SourceIdentity& identity) {
    SourceStatus status;
    status.identity = identity;
    ordered_json object =
        as_json(Standing{.status = status, .cursor = {}, .head = {}, .complaints = {never_begun}});
    for (const char* unknown : {"cursor_ts", "cursor_at", "head_ts", "head_at", "margin_seconds"})
        object[unknown] = nullptr;
    object["configured"] = true;
    return object;
}

// More than one commit writes: the pages that a window of thousands of calls changes.
constexpr std::int64_t room_needed = 16 << 20;

/// What the archive itself cannot tell: on a full disk no error can be written into it either.
std::optional<std::string> complaint_of_disk(const std::string& archive_path) {
    const auto facts = look_at_disk(archive_path);
    if (!facts.ok()) return facts.error().message;
    if (facts->bytes_free >= room_needed) return std::nullopt;
    return fmt::format(
        "the archive's disk has {:.1f} MiB left: make room, or calls leave the API's window unread",
        static_cast<double>(facts->bytes_free) / (1 << 20));
}

int status(Invocation& invocation, bool json) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    auto reader = Reader::open(config->archive_path);
    if (!reader.ok()) return tell(reader.error());
    const auto sources = reader->status();
    if (!sources.ok()) return tell(sources.error());
    const Moment now = moment_of(SystemClock{}.wall());
    const auto disk = complaint_of_disk(config->archive_path);

    bool healthy = true;
    ordered_json list = ordered_json::array();
    std::string text;
    for (const SourceStatus& source : *sources) {
        Standing standing = standing_of(source, now);
        // An application that left the configuration rests; its past is told, not judged.
        const bool configured_still = std::any_of(
            config->apps.begin(), config->apps.end(),
            [&](const AppConfig& app) { return is_same(app.settings.identity, source.identity); });
        if (configured_still) {
            if (disk) standing.complaints.push_back(*disk);
            healthy = healthy && standing.healthy();
        }
        auto object = as_json(standing);
        object["configured"] = configured_still;
        list.push_back(std::move(object));
        text += for_people(standing, now);
        if (!configured_still) text += "  (not in the configuration any more: it rests)\n";
    }
    for (const AppConfig& app : config->apps) {
        const SourceIdentity& identity = app.settings.identity;
        if (std::any_of(sources->begin(), sources->end(), [&](const SourceStatus& source) {
                return is_same(identity, source.identity);
            })) {
            continue;
        }
        healthy = false;
        list.push_back(as_json_never_begun(identity));
        text += fmt::format("{} (SDKAppID {}, {}): NEEDS ATTENTION\n  {:<14}{}\n",
                            printable(identity.name), identity.sdk_app_id,
                            name_of(identity.dialect), "!", never_begun);
    }
    Output out;
    out.write(json ? list.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"
                   : text);
    if (!out.finish()) return ExitStatus::failed;
    return healthy ? ExitStatus::done : ExitStatus::needs_attention;
}

}  // namespace

void add_status(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{
        program, "status",
        "How every application stands: cursor, margin, gaps, last success and error"};
    const auto json = std::make_shared<bool>(false);
    command.flag("--json", *json, "As JSON");
    command.runs([&invocation, json] { invocation.status = status(invocation, *json); });
}

}  // namespace callarchive
