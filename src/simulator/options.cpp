#include "simulator/options.h"

#include "base/time_text.h"
#include "simulator/query_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace callarchive::simulator {
namespace {

/// What the command line says, before it means anything.
struct Raw {
    std::vector<std::string> apps;
    std::vector<std::int64_t> no_package;
    std::vector<std::string> personality;
    std::vector<std::string> faults;
    std::string retention = "7d";
    std::string clock_skew = "0s";
    std::string latency = "0s";
    std::optional<double> calls_per_day;
    bool both = false;
    bool list_faults = false;
    bool list_personality = false;
};

void add_traffic(CLI::App& cli, Options& options, Raw& raw) {
    Traffic& traffic = options.service.traffic;
    cli.add_option("--seed", traffic.seed, "Everything is drawn from it")->capture_default_str();
    cli.add_option("--calls", traffic.calls, "Calls within one retention")
        ->capture_default_str()
        ->check(CLI::Range(0.001, 1e9));
    cli.add_option("--calls-per-day", raw.calls_per_day,
                   "The same, for each seventh of the retention")
        ->check(CLI::Range(0.001, 1e8));
    cli.add_option("--users", traffic.users, "Number of users")
        ->capture_default_str()
        ->check(CLI::Range(2U, 100'000'000U));
    cli.add_option("--retention", raw.retention, "How long a record is kept")
        ->capture_default_str();
    cli.add_option("--group-share", traffic.group_share, "Share of group calls")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    cli.add_option("--long-share", traffic.long_share,
                   "Share of answered calls that last one to five days")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    cli.add_option("--v4-share", traffic.v4_share, "Share of calls behind v4 only")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    cli.add_option("--both-share", traffic.both_share, "Share of calls behind v1 and v4")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    cli.add_flag("--both", raw.both, "Every call is behind v1 and v4");
}

void add_service(CLI::App& cli, Options& options, Raw& raw) {
    ServiceOptions& service = options.service;
    cli.add_option(
        "--app", raw.apps,
        fmt::format("ID:KEY of an application, repeatable; default {}:{}", demo_app_id, demo_key));
    cli.add_option("--no-package", raw.no_package,
                   "ID of an application that did not buy the package, repeatable");
    cli.add_option("--admin", service.administrators, "Administrators' identifiers, repeatable")
        ->capture_default_str();
    cli.add_option("--rate-limit", service.rate_limit,
                   "Requests in any second and application; 0: no limit")
        ->capture_default_str();
    cli.add_option("--clock-skew", raw.clock_skew,
                   "How far the service's clock is ahead; negative: behind")
        ->capture_default_str();
    cli.add_option("--latency", raw.latency, "Delay of each answer")->capture_default_str();
    cli.add_flag("--keep-truth", service.keep_truth, "Never forget a call that was readable");
    cli.add_option("--personality", raw.personality,
                   "TRAIT=VALUE,...: readings of what is not documented; or 'random'");
    cli.add_option("--fault", raw.faults, "NAME=PROBABILITY[,CONDITION=VALUE...], repeatable");
    cli.add_flag("--list-personality", raw.list_personality, "Show the traits and end");
    cli.add_flag("--list-faults", raw.list_faults, "Show the faults and end");
}

void add_front(CLI::App& cli, Options& options) {
    cli.add_option("--listen", options.listen, "HOST:PORT for HTTP; port 0: any; \"\": none")
        ->capture_default_str();
    cli.add_option("--tls-listen", options.tls_listen, "HOST:PORT for HTTPS");
    cli.add_option("--ca-file", options.ca_file, "Write the certificate to trust to this file");
    cli.add_option("--ready-file", options.ready_file,
                   "Write the addresses to this file when ready");
    cli.add_option("--config-file", options.config_file,
                   "Write a callarchive.yaml for this service to this file when ready");
    cli.add_flag("--print-config", options.print_config,
                 "Print a callarchive.yaml for this service and end");
    cli.add_flag("--gzip", options.gzip, "Compress answers for clients that accept it");
}

Result<Credential> parse_app(const std::string& text) {
    const std::size_t colon = text.find(':');
    const auto id = to_uint64(std::string_view{text}.substr(0, colon));
    if (!id || *id == 0 || *id > INT64_MAX) {
        // The text may hold a key, so it is not repeated.
        return Error{ErrorKind::invalid_input, "--app: it must be ID:KEY, with a number as ID"};
    }
    Credential credential;
    credential.sdk_app_id = static_cast<std::int64_t>(*id);
    if (colon != std::string::npos) credential.key = text.substr(colon + 1);
    return credential;
}

Result<Milliseconds> parse_time(std::string_view option, std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto duration = parse_duration(negative ? text.substr(1) : text);
    if (!duration) {
        return Error{ErrorKind::invalid_input,
                     fmt::format("{}: '{}' is no duration such as 90s, 1.5h or 7d", option, text)};
    }
    return negative ? -*duration : *duration;
}

Result<Done> apply(const Raw& raw, Options& options) {
    ServiceOptions& service = options.service;
    Result<Milliseconds> retention = parse_time("--retention", raw.retention);
    Result<Milliseconds> skew = parse_time("--clock-skew", raw.clock_skew);
    Result<Milliseconds> latency = parse_time("--latency", raw.latency);
    for (const auto* duration : {&retention, &skew, &latency}) {
        if (!*duration) return duration->error();
    }
    if (*retention < Seconds{1}) {
        return Error{ErrorKind::invalid_input, "--retention: at least 1s"};
    }
    if (*latency < Milliseconds{0}) {
        return Error{ErrorKind::invalid_input, "--latency: not below 0"};
    }
    service.traffic.retention = *retention;
    service.clock_skew = *skew;
    service.latency = *latency;
    if (raw.calls_per_day) service.traffic.calls = 7 * *raw.calls_per_day;
    if (raw.both) service.traffic.both_share = 1;
    if (service.traffic.v4_share + service.traffic.both_share > 1) {
        return Error{ErrorKind::invalid_input, "--v4-share and --both-share: together at most 1"};
    }
    if (!raw.apps.empty()) service.apps.clear();
    for (const std::string& text : raw.apps) {
        Result<Credential> app = parse_app(text);
        if (!app) return std::move(app).error();
        service.apps.push_back(*app);
    }
    for (Credential& app : service.apps) {
        app.has_package = std::find(raw.no_package.begin(), raw.no_package.end(), app.sdk_app_id) ==
                          raw.no_package.end();
    }
    Result<Personality> personality =
        parse_personality(raw.personality, service.traffic.seed, service.traffic.retention);
    if (!personality) return std::move(personality).error();
    service.personality = *personality;
    for (const std::string& text : raw.faults) {
        Result<FaultRule> rule = parse_fault(text);
        if (!rule) return std::move(rule).error();
        service.faults.push_back(*rule);
    }
    return Done{};
}

}  // namespace

ParsedOptions parse_options(int argc, char** argv) {
    ParsedOptions parsed;
    Raw raw;
    CLI::App cli{"callkit-sim: the TUICallKit call record API, simulated (v1 and v4)"};
    add_traffic(cli, parsed.options, raw);
    add_service(cli, parsed.options, raw);
    add_front(cli, parsed.options);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        parsed.exit_status = cli.exit(error) == 0 ? 0 : 2;
        return parsed;
    }
    if (raw.list_faults) {
        for (const FaultInfo& fault : fault_table()) {
            fmt::print("  {}: {}\n", fault.name, fault.does);
        }
        parsed.exit_status = 0;
    }
    if (raw.list_personality) {
        fmt::print("{}", traits_help());
        parsed.exit_status = 0;
    }
    const Result<Done> applied = apply(raw, parsed.options);
    if (!applied) {
        fmt::print(stderr, "callkit-sim: {}\n", applied.error().message);
        parsed.exit_status = 2;
    }
    return parsed;
}

}  // namespace callarchive::simulator
