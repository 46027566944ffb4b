#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/terminal.h"
#include "app/doctor/service_checks.h"
#include "app/doctor/storage_checks.h"
#include "app/version.h"
#include "net/curl_http.h"
#include "sys/entropy.h"
#include "sys/system_clock.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <utility>

namespace callarchive {
namespace {

using Verdict = Finding::Verdict;

/// A key that the service manager hands over is there only while the service runs.
bool is_handed_over(const std::vector<Problem>& problems) {
    for (const Problem& problem : problems) {
        if (problem.text.find("/run/credentials/") != std::string::npos) return true;
    }
    return false;
}

int unusable(const std::vector<Problem>& problems) {
    Findings findings;
    for (const Problem& problem : problems)
        findings.push_back({Verdict::failure, "configuration", problem.line()});
    findings.back().remedy =
        is_handed_over(problems)
            ? "the service manager puts the key there when it starts the service; to try it "
              "before: "
              "sudo env CALLARCHIVE_APPS_0_SECRET_KEY_FILE=/etc/callarchive/secret_key callarchive "
              "doctor"
            : "mend the lines above; `callarchive check-config` tells when all is well";
    Output out;
    out.write(findings_text(findings));
    return out.finish() ? ExitStatus::unusable_configuration : ExitStatus::failed;
}

int doctor(Invocation& invocation) {
    auto loaded = load_config(invocation.config, environment_of_process(), Secrets::needed);
    if (const auto* problems = std::get_if<std::vector<Problem>>(&loaded))
        return unusable(*problems);
    const Config config = std::get<Config>(std::move(loaded));

    Output out;
    bool attention = false;
    // Each part as it is known: a request that hangs shall not hide what came before.
    const auto show = [&](const Findings& findings) {
        attention = attention || needs_attention(findings);
        out.write(findings_text(findings));
    };
    Findings configuration{
        {Verdict::good, "configuration",
         fmt::format("{} application{}", config.apps.size(), config.apps.size() == 1 ? "" : "s")}};
    for (const Problem& warning : config.warnings) {
        configuration.push_back(
            {Verdict::advice, "configuration", warning.line(), "act on it before it expires"});
    }
    show(configuration);
    show(check_storage(config));

    const auto network = CurlHttp::available();
    if (!network.ok()) return tell(network.error());
    const SystemClock clock;
    CurlHttp http{clock,
                  {.ca_file = config.ca_file,
                   .proxy = config.proxy,
                   .user_agent = "callarchive/" + version()}};
    for (const AppConfig& app : config.apps) {
        const SourceSettings& settings = app.settings;
        out.write(fmt::format("\n{} (SDKAppID {}, {})\n", settings.identity.name,
                              settings.identity.sdk_app_id, name_of(settings.identity.dialect)));
        show(check_service(settings, clock, http, static_cast<std::uint32_t>(random_seed())));
    }
    if (!out.finish()) return ExitStatus::failed;
    return attention ? ExitStatus::needs_attention : ExitStatus::done;
}

}  // namespace

void add_doctor(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{
        program, "doctor",
        "Checks all that archiving needs, with one real request for each application"};
    command.runs([&invocation] { invocation.status = doctor(invocation); });
}

}  // namespace callarchive
