#include "api/credential.h"
#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/text/nearest.h"
#include "app/text/printable.h"
#include "app/version.h"
#include "store/migrations.h"
#include "sys/system_clock.h"
#include "sys/writer_lock.h"

#include <fmt/format.h>

#include <memory>

namespace callarchive {
namespace {

int check_config(Invocation& invocation) {
    const auto config = configured(invocation, Secrets::needed);
    if (!config) return invocation.status;
    return print(to_yaml(*config));
}

int usersig(Invocation& invocation, const std::optional<std::string>& app) {
    const auto config = configured(invocation, Secrets::needed);
    if (!config) return invocation.status;
    std::vector<std::string> names;
    for (const AppConfig& entry : config->apps)
        names.push_back(entry.settings.identity.name);
    if (!app && names.size() > 1) {
        return tell(
            {ErrorKind::invalid_input,
             fmt::format("several applications are configured; say which one with --app: {}",
                         printable(fmt::format("{}", fmt::join(names, ", "))))});
    }
    for (const AppConfig& entry : config->apps) {
        const SourceSettings& settings = entry.settings;
        if (app && settings.identity.name != *app) continue;
        Credential credential{settings.credential, settings.identity.sdk_app_id,
                              settings.endpoint.identifier};
        const auto user_sig = credential.user_sig(SystemClock{}.wall());
        if (!user_sig.ok()) return tell(user_sig.error());
        return print(user_sig->reveal() + "\n");
    }
    return tell(
        {ErrorKind::invalid_input, fmt::format("no application is called '{}'{}", printable(*app),
                                               did_you_mean(*app, names))});
}

int migrate_archive(Invocation& invocation, bool dry_run) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    const std::string& path = config->archive_path;
    const SystemClock clock;
    std::optional<Result<std::vector<Migration>>> outcome;
    if (dry_run) {
        outcome = pending_migrations(path);
    } else {
        const auto lock = WriterLock::take(path, clock.wall());
        if (!lock.ok()) return tell(lock.error());
        outcome = migrate(path, moment_of(clock.wall()));
    }
    if (!outcome->ok()) return tell(outcome->error());
    std::string text;
    for (const Migration& migration : outcome->value()) {
        text += fmt::format("{} {}\n", dry_run ? "would apply" : "applied", migration.name);
    }
    if (text.empty()) {
        text = fmt::format("{} is at schema version {}: nothing to do\n", path, schema_version());
    }
    return print(text);
}

}  // namespace

void add_check_config(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "check-config",
                          "Checks the configuration and prints what is in effect, secrets masked"};
    command.runs([&invocation] { invocation.status = check_config(invocation); });
}

void add_usersig(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "usersig", "Prints a UserSig, for use with curl"};
    const auto app = std::make_shared<std::optional<std::string>>();
    command.option("--app", *app, "The application's name in the configuration");
    command.runs([&invocation, app] { invocation.status = usersig(invocation, *app); });
}

void add_migrate(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "migrate",
                          "Brings the database to this version's schema (run and sync do it too)"};
    const auto dry_run = std::make_shared<bool>(false);
    command.flag("--dry-run", *dry_run, "Say what would be done, and change nothing");
    command.runs(
        [&invocation, dry_run] { invocation.status = migrate_archive(invocation, *dry_run); });
}

void add_version(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "version", "Prints the version"};
    command.runs(
        [&invocation] { invocation.status = print(fmt::format("callarchive {}\n", version())); });
}

}  // namespace callarchive
