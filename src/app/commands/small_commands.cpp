#include "api/credential.h"
#include "app/commands/command.h"
#include "app/commands/terminal.h"
#include "app/text/nearest.h"
#include "app/text/printable.h"
#include "app/version.h"
#include "store/migrations.h"
#include "sys/system_clock.h"
#include "sys/writer_lock.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <memory>

namespace callarchive {
namespace {

int print(const std::string& text) {
    Output out;
    out.write(text);
    return out.finish() ? ExitStatus::done : ExitStatus::failed;
}

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
    auto* command = program.add_subcommand(
        "check-config", "Checks the configuration and prints what is in effect, secrets masked");
    command->callback([&invocation] { invocation.status = check_config(invocation); });
}

void add_usersig(CLI::App& program, Invocation& invocation) {
    auto* command = program.add_subcommand("usersig", "Prints a UserSig, for use with curl");
    const auto app = std::make_shared<std::optional<std::string>>();
    command->add_option("--app", *app, "The application's name in the configuration");
    command->callback([&invocation, app] { invocation.status = usersig(invocation, *app); });
}

void add_migrate(CLI::App& program, Invocation& invocation) {
    auto* command = program.add_subcommand(
        "migrate", "Brings the database to this version's schema (run and sync do it too)");
    const auto dry_run = std::make_shared<bool>(false);
    command->add_flag("--dry-run", *dry_run, "Say what would be done, and change nothing");
    command->callback(
        [&invocation, dry_run] { invocation.status = migrate_archive(invocation, *dry_run); });
}

void add_version(CLI::App& program, Invocation& invocation) {
    auto* command = program.add_subcommand("version", "Prints the version");
    command->callback(
        [&invocation] { invocation.status = print(fmt::format("callarchive {}\n", version())); });
}

void add_help(CLI::App& program, Invocation& invocation) {
    auto* command = program.add_subcommand("help", "Help on the program or one of its commands");
    const auto name = std::make_shared<std::string>();
    command->add_option("COMMAND", *name, "A command's name");
    command->callback([&program, &invocation, name] {
        if (name->empty()) {
            // Not program.help(): that gives the help of the command that was chosen, this one.
            invocation.status = print(program.get_formatter()->make_help(
                &program, program.get_name(), CLI::AppFormatMode::Normal));
            return;
        }
        std::vector<std::string> names;
        for (const CLI::App* known : program.get_subcommands([](CLI::App*) { return true; })) {
            names.push_back(known->get_name());
            if (known->get_name() == *name) {
                invocation.status = print(known->help());
                return;
            }
        }
        invocation.status = tell(
            {ErrorKind::invalid_input, fmt::format("there is no command '{}'{}", printable(*name),
                                                   did_you_mean(*name, names))});
    });
}

}  // namespace callarchive
