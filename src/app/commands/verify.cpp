#include "store/verify.h"

#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/progress.h"
#include "app/commands/terminal.h"
#include "app/text/printable.h"
#include "sys/signals.h"
#include "sys/system_clock.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace callarchive {
namespace {

using nlohmann::ordered_json;

constexpr Milliseconds shown_every{100};

constexpr std::string_view advice =
    "The archive is damaged: by the disk, by memory, or by another program that wrote into it.\n"
    "  1. Keep the file as it is: stop the service, copy calls.db with its -wal beside it.\n"
    "  2. Check disk and memory (`smartctl`, the system log) before anything is written again.\n"
    "  3. Restore the newest backup that `callarchive verify` finds sound. What it lacks and the\n"
    "     API still has is read again by itself; what is older becomes a gap that is said.\n";

/// A line that is rewritten while the archive is read.
class VerifyProgress {
  public:
    ~VerifyProgress() { clear(); }

    void show(std::string_view check, double done) {
        if (!error_is_terminal()) return;
        const Monotonic now = clock_.monotonic();
        if (shown_ && now - last_ < shown_every) return;
        last_ = now;
        shown_ = true;
        const auto line =
            progress_line(done, fmt::format("{:3.0f} %  {}", done * 100, check), error_columns());
        fmt::print(stderr, "\r{}\x1b[K", line);
        std::fflush(stderr);
    }
    void clear() {
        if (!shown_) return;
        fmt::print(stderr, "\r\x1b[K");
        std::fflush(stderr);
        shown_ = false;
    }

  private:
    SystemClock clock_;
    Monotonic last_{};
    bool shown_ = false;
};

std::string as_json(const Verification& verification) {
    ordered_json checks = ordered_json::array();
    for (const Check& check : verification.checks) {
        checks.push_back({{"check", check.name},
                          {"sound", check.found == 0},
                          {"looked_at", check.looked_at},
                          {"found", check.found},
                          {"findings", check.findings}});
    }
    const ordered_json all{{"sound", verification.is_sound()},
                           {"calls", verification.calls},
                           {"checks", std::move(checks)}};
    return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string as_text(const Verification& verification) {
    std::string text;
    for (const Check& check : verification.checks) {
        const std::string result = check.found == 0 ? "ok" : fmt::format("{} wrong", check.found);
        text += fmt::format("{:<24}{:<12}{:>14} looked at\n", check.name, result, check.looked_at);
        for (const std::string& finding : check.findings)
            text += fmt::format("    {}\n", printable(finding));
        const auto more = check.found - std::ssize(check.findings);
        if (more > 0) text += fmt::format("    and {} more\n", more);
    }
    text += verification.is_sound()
                ? fmt::format("\nThe archive is sound: {} calls.\n", verification.calls)
                : fmt::format("\n{}", advice);
    return text;
}

int verify(Invocation& invocation, bool json) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    auto signals = Signals::receive();
    if (!signals.ok()) return tell(signals.error());

    VerifyProgress shown;
    const auto verification =
        verify_archive(config->archive_path, [&](std::string_view check, double done) {
            shown.show(check, done);
            return !signals->take();
        });
    shown.clear();
    if (!verification.ok()) return tell(verification.error());
    Output out;
    out.write(json ? as_json(*verification) : as_text(*verification));
    if (!out.finish()) return ExitStatus::failed;
    return verification->is_sound() ? ExitStatus::done : ExitStatus::needs_attention;
}

}  // namespace

void add_verify(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "verify",
                          "Reads the whole archive and tells whether anything in it is damaged"};
    const auto json = std::make_shared<bool>(false);
    command.flag("--json", *json, "As JSON");
    command.runs([&invocation, json] { invocation.status = verify(invocation, *json); });
}

}  // namespace callarchive
