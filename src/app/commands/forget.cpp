#include "store/forget.h"

#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/forgotten_file.h"
#include "app/commands/terminal.h"
#include "app/text/printable.h"
#include "sys/entropy.h"
#include "sys/system_clock.h"
#include "sys/writer_lock.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

namespace callarchive {
namespace {

struct Options {
    std::string user;
    std::optional<std::string> app;
    bool yes = false;
};

std::string random_key() {
    std::array<std::byte, 32> bytes{};
    fill_random(bytes);
    std::string key;
    for (const std::byte byte : bytes)
        key += fmt::format("{:02x}", static_cast<unsigned>(byte));
    return key;
}

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string in_words(const RewriteCounts& counts) {
    return fmt::format("{}, {}, {}", counted(counts.calls, "call", "calls"),
                       counted(counts.revisions, "earlier version", "earlier versions"),
                       counted(counts.rejected, "rejected record", "rejected records"));
}

bool confirmed(const Options& options, const Forgetting& forgetting) {
    fmt::print(stderr, "'{}' becomes '{}' in {}{}. This cannot be undone.\n",
               printable(options.user), forgetting.pseudonym(), in_words(forgetting.counts()),
               options.app ? fmt::format(" of '{}'", printable(*options.app)) : "");
    if (options.yes) return true;
    fmt::print(stderr, "Go on? Type yes: ");
    std::fflush(stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "yes";
}

/// The steps after the commit: what fails now is told, and the person is forgotten nevertheless.
class Cleaning {
  public:
    Cleaning(Forgetting& forgetting, std::string path)
        : forgetting_(forgetting), path_(std::move(path)) {}

    int run() {
        if (const auto done = write_forgotten_file(path_, forgetting_.forgotten_list()); !done) {
            complain(
                "the list beside the archive could not be written, so restoring an older "
                "backup would bring the id back until the next `callarchive run` or this "
                "command has succeeded: " +
                done.error().message);
        }
        empty_log();
        compact();
        empty_log();
        return status_;
    }

  private:
    void compact() {
        std::error_code error;
        const auto bytes = std::filesystem::file_size(path_, error);
        const auto space =
            std::filesystem::space(std::filesystem::absolute(path_).parent_path(), error);
        if (!error && space.available < 2 * bytes) {
            complain(
                fmt::format("there is no space to write the file anew ({} MB are needed), so "
                            "unused parts of it may still hold the id; free some and run "
                            "this command again",
                            2 * bytes / 1'000'000));
            return;
        }
        if (const auto done = forgetting_.compact(); !done.ok()) {
            complain("unused parts of the file may still hold the id; run this command again: " +
                     done.error().message);
        }
    }

    void empty_log() {
        const auto emptied = forgetting_.empty_log();
        if (emptied.ok() && *emptied) return;
        complain(emptied.ok() ? fmt::format("{}-wal may still hold the id, because another program "
                                            "reads the archive; end it and run this command again",
                                            path_)
                              : emptied.error().message);
    }

    void complain(const std::string& what) {
        fmt::print(stderr, "callarchive: {}\n", printable(what));
        status_ = ExitStatus::failed;
    }

    Forgetting& forgetting_;
    std::string path_;
    int status_ = ExitStatus::done;
};

int forget_with_lock(const std::string& path, const Options& options) {
    auto list = read_forgotten_file(path);
    if (!list.ok()) return tell(list.error());
    auto forgetting = Forgetting::prepare(
        path, {.user = options.user, .app = options.app, .new_key = random_key(), .list = *list});
    if (!forgetting.ok()) {
        return tell({forgetting.error().kind, printable(forgetting.error().message)});
    }
    const bool nothing_to_ask = forgetting->is_done_already();
    if (!nothing_to_ask && !confirmed(options, *forgetting)) {
        fmt::print(stderr, "nothing was changed\n");
        return ExitStatus::failed;
    }
    if (const auto done = forgetting->commit(); !done.ok()) return tell(done.error());
    const int status = Cleaning{*forgetting, path}.run();
    if (forgetting->identifiers_left() != 0) {
        fmt::print(stderr,
                   "callarchive: {} the same as call id or room id, which stay as they are\n",
                   counted(forgetting->identifiers_left(), "call has", "calls have"));
    }
    Output out;
    out.write(nothing_to_ask ? fmt::format("{} was forgotten already\n", forgetting->pseudonym())
                             : fmt::format("{}: {}\n", forgetting->pseudonym(),
                                           in_words(forgetting->counts())));
    return out.finish() ? status : ExitStatus::failed;
}

int forget(Invocation& invocation, const Options& options) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    if (options.user.empty()) {
        return tell({ErrorKind::invalid_input, "--user is empty; give the id to forget"});
    }
    const bool can_ask = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
    if (!options.yes && !can_ask) {
        return tell({ErrorKind::invalid_input,
                     "forgetting cannot be undone and there is no terminal to ask on; give --yes"});
    }
    const auto lock = WriterLock::take(config->archive_path, SystemClock{}.wall());
    if (!lock.ok()) {
        return tell({lock.error().kind,
                     lock.error().message +
                         " (systemctl stop callarchive), and start it again afterwards: what it "
                         "misses meanwhile it reads then"});
    }
    return forget_with_lock(config->archive_path, options);
}

}  // namespace

void add_forget(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "forget",
                          "Replaces a person's id by a pseudonym everywhere, for good"};
    const auto options = std::make_shared<Options>();
    command.option("--user", options->user, "The person's id").required();
    command.option("--app", options->app, "Only in this application (else in all)");
    command.flag("--yes", options->yes, "Do not ask");
    command.runs([&invocation, options] { invocation.status = forget(invocation, *options); });
}

}  // namespace callarchive
