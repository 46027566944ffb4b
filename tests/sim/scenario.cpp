#include "sim/scenario.h"

#include "simulator/fault_table.h"
#include "simulator/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace callarchive::testing {
namespace {

constexpr std::int64_t app_id = simulator::demo_app_id;

Policy draw_policy(Dice& dice) {
    struct Scale {
        Seconds retention;
        std::int64_t polls;  ///< in one retention, about
    };
    // The vendor's week most often, others because no code may know that it is a week.
    constexpr std::array<Scale, 8> scales{{{Seconds{604'800}, 400},
                                           {Seconds{604'800}, 150},
                                           {Seconds{604'800}, 1'000},
                                           {Seconds{604'800}, 400},
                                           {Seconds{3'600}, 240},
                                           {Seconds{86'400}, 500},
                                           {Seconds{30 * 86'400}, 300},
                                           {Seconds{90 * 86'400}, 300}}};
    const Scale scale = dice.one_of(scales);
    const double week = static_cast<double>(scale.retention.count()) / 604'800.0;
    const auto scaled = [&](double seconds) {
        return Seconds{std::max<std::int64_t>(1, std::llround(seconds * week))};
    };
    Policy policy{.revisit = {},
                  .overlap = {},
                  .poll_interval = scale.retention / scale.polls,
                  .retention = scale.retention,
                  .window_max = scaled(21'600)};
    if (dice.chance(0.6)) {
        for (const double age : {3'600.0, 21'600.0, 86'400.0, 259'200.0, 518'400.0})
            policy.revisit.push_back(scaled(age));
    } else {
        std::int64_t age = policy.retention.count() / dice.between(50, 200);
        while (age < policy.retention.count() * 8 / 10) {
            policy.revisit.push_back(Seconds{std::max<std::int64_t>(1, age)});
            age = age * dice.between(15, 60) / 10 + 1;
        }
        if (dice.chance(0.3)) policy.revisit = {policy.revisit.back()};
    }
    policy.overlap = std::max(policy.poll_interval / dice.between(1, 5), scaled(600));
    return policy;
}

simulator::ServiceOptions draw_service(Dice& dice, const Policy& policy, bool two_dialects) {
    simulator::ServiceOptions service;
    service.keep_truth = true;
    service.traffic.seed = dice.bits();
    service.traffic.retention = policy.retention;
    service.traffic.calls = static_cast<double>(dice.between(0, 9) == 0 ? dice.between(1, 20)
                                                                        : dice.between(100, 1'500));
    service.traffic.users = static_cast<std::uint32_t>(dice.between(2, 300));
    service.traffic.long_share = dice.chance(0.5) ? 0.05 : 0.002;
    if (two_dialects) {
        service.traffic.v4_share = 0.3;
        service.traffic.both_share = 0.4;
    }
    simulator::Draw draw{dice.bits()};
    if (dice.chance(0.8))
        service.personality = simulator::random_personality(draw, policy.retention);
    service.rate_limit = 200;
    return service;
}

std::vector<std::string> draw_api_faults(Dice& dice, bool of_records) {
    // Those that cost memory or time out of proportion have tests of their own.
    const std::array<std::string_view, 4> left_out{"huge-body", "gzip-bomb", "deep-nesting",
                                                   "callees-many"};
    std::vector<std::string> all;
    for (const auto& fault : simulator::fault_table()) {
        const bool changes_records =
            fault.record != nullptr || fault.rows != simulator::RowFault::none;
        if (std::find(left_out.begin(), left_out.end(), fault.name) != left_out.end()) continue;
        // The API itself says that there is nothing, or less: nobody can know better.
        const bool a_lie = fault.name == "code-no-records" || fault.name == "list-empty" ||
                           fault.name == "wrong-date";
        if (a_lie || (changes_records && !of_records)) continue;
        all.emplace_back(fault.name);
    }
    std::vector<std::string> some;
    for (std::int64_t i = dice.between(1, 6); i > 0; --i)
        some.push_back(dice.one_of(all));
    // These spoil one text, which may be a call's id. Replaced last: older seeds stay what they
    // were.
    if (!of_records) {
        const auto spoils = [](const std::string& name) {
            return name == "invalid-utf8" || name == "nul-byte";
        };
        std::replace_if(some.begin(), some.end(), spoils, "invalid-json");
    }
    return some;
}

Milliseconds drawn_length(Dice& dice, Trouble trouble, Milliseconds retention) {
    const auto part = [&](double most) {
        // The cube: mostly short, now and then as long as can be.
        const double unit = dice.unit();
        return Milliseconds{
            std::llround(static_cast<double>(retention.count()) * most * unit * unit * unit)};
    };
    switch (trouble) {
        case Trouble::outage:
            // The daemon tries every minute: months of it cost much and show nothing more.
            return part(retention > std::chrono::hours{200} ? 0.1 : 1.3);
        case Trouble::suspend:
        case Trouble::kill:
        case Trouble::power_cut:
            return dice.chance(0.3) ? part(1.2) : part(0.02);
        case Trouble::poor_network:
        case Trouble::api_fault:
        case Trouble::disk_full:
            return std::min<Milliseconds>(part(0.5), std::chrono::hours{72});
        case Trouble::disk_error:
            return std::min<Milliseconds>(part(0.5), std::chrono::hours{12});
        case Trouble::kill_inside:
        case Trouble::restart:
        case Trouble::disk_fails_once:
        case Trouble::clock_error:
        case Trouble::reload:
            return part(0.01);
    }
    return Milliseconds{0};
}

/// Now and then many calls go to and fro between two versions, and each is read often enough that
/// following them for ever would show; or the start of many is corrected, of some across the border
/// of a week. From dice of its own: older seeds stay what they were.
void let_calls_change(Scenario& scenario) {
    constexpr std::uint64_t other_dice = 0x666c6970;
    constexpr int reads = 24;
    Dice dice{scenario.seed ^ other_dice};
    const bool flip = dice.chance(0.05);
    if (!flip && dice.chance(0.06)) scenario.service.personality.moved_share = 0.4;
    if (!flip) return;
    scenario.service.personality.flipping_share = 0.2;
    for (SourceSettings& source : scenario.sources) {
        std::vector<Seconds>& ages = source.policy.revisit;
        ages.clear();
        for (int i = 1; i <= reads; ++i)
            ages.push_back(source.policy.retention * 8 * i / (10 * reads));
    }
}

}  // namespace

const char* name_of(Trouble trouble) {
    switch (trouble) {
        case Trouble::outage:
            return "outage";
        case Trouble::poor_network:
            return "poor network";
        case Trouble::api_fault:
            return "fault of the API";
        case Trouble::kill:
            return "kill";
        case Trouble::kill_inside:
            return "kill at a disk operation";
        case Trouble::power_cut:
            return "power cut";
        case Trouble::restart:
            return "restart";
        case Trouble::disk_full:
            return "full disk";
        case Trouble::disk_error:
            return "disk errors";
        case Trouble::disk_fails_once:
            return "one disk error";
        case Trouble::clock_error:
            return "clock error";
        case Trouble::suspend:
            return "suspend";
        case Trouble::reload:
            return "reload";
    }
    return "";
}

Scenario draw_scenario(std::uint64_t seed) {
    Dice dice{seed};
    Scenario scenario;
    scenario.seed = seed;
    const Policy policy = draw_policy(dice);
    const bool two_dialects = dice.chance(0.25);
    const bool v4 = dice.chance(0.4);
    const auto source = [&](Dialect dialect, const char* name) {
        return SourceSettings{
            .identity = {.name = name, .sdk_app_id = app_id, .dialect = dialect},
            .endpoint = {.dialect = dialect,
                         .base = "https://api.invalid",
                         .sdk_app_id = app_id,
                         .identifier = "administrator"},
            .credential = SecretKey{Secret{std::string{simulator::demo_key}}},
            .policy = policy,
            .requests = {
                .page_size = static_cast<int>(dice.between(1, 4) == 1 ? dice.between(7, 40) : 100),
                .rate_limit = static_cast<int>(dice.between(5, 200)),
                .concurrency = static_cast<int>(dice.between(1, 8)),
                .max_window_records = dice.between(1, 4) == 1 ? 150 : 5'000}};
    };
    scenario.sources.push_back(source(v4 ? Dialect::v4 : Dialect::v1, "first"));
    if (two_dialects) {
        scenario.sources.push_back(source(v4 ? Dialect::v1 : Dialect::v4, "second"));
        // One application's limit is one, however many entries ask.
        scenario.sources.back().requests.rate_limit = scenario.sources.front().requests.rate_limit;
    }
    scenario.service = draw_service(dice, policy, two_dialects);
    if (!two_dialects && v4) scenario.service.traffic.v4_share = 1;
    scenario.faults_of_records = dice.chance(0.15);
    scenario.api_faults = draw_api_faults(dice, scenario.faults_of_records);
    if (dice.chance(0.5)) {
        scenario.background.timed_out = dice.unit() * 0.02;
        scenario.background.truncated = dice.unit() * 0.02;
        scenario.background.broken_after = dice.unit() * 0.02;
    }
    scenario.latency_max = Milliseconds{dice.between(2, 400)};
    scenario.length = policy.retention * dice.between(12, 35) / 10;

    const double most = dice.chance(0.2) ? 0 : static_cast<double>(dice.between(1, 12));
    for (int kind = 0; kind < trouble_kinds; ++kind) {
        if (!dice.chance(0.4)) continue;
        for (auto times = std::llround(most * dice.unit()); times > 0; --times) {
            const auto trouble = static_cast<Trouble>(kind);
            scenario.events.push_back({.at = Milliseconds{dice.between(0, scenario.length.count())},
                                       .lasts = drawn_length(dice, trouble, policy.retention),
                                       .trouble = trouble,
                                       .draw = dice.bits()});
        }
    }
    if (dice.chance(0.1)) {
        constexpr std::array<std::int64_t, 4> years{-20, -1, 1, 10};
        scenario.clock_error_at_boot = std::chrono::hours{24 * 365 * dice.one_of(years)};
    }
    let_calls_change(scenario);
    std::sort(scenario.events.begin(), scenario.events.end(),
              [](const Event& a, const Event& b) { return a.at < b.at; });
    return scenario;
}

std::string Scenario::text() const {
    const auto& personality = service.personality;
    std::string all = fmt::format("seed {}: retention {} s, poll {} s, overlap {} s, revisit", seed,
                                  policy().retention.count(), policy().poll_interval.count(),
                                  policy().overlap.count());
    for (const Seconds age : policy().revisit)
        all += fmt::format(" {}", age.count());
    all += fmt::format(
        "; {} source(s), {} calls, long {:.3f}, filter {}, bounds {}{}, page {}, end {}, total {}, "
        "ceiling {}, order {}, drift {}, publication {} + {} ms, revised {:.2f} flipping {:.2f} "
        "moved {:.2f}, retention from {}; clock at boot {} s; lives {} s;",
        sources.size(), service.traffic.calls, service.traffic.long_share,
        static_cast<int>(personality.filter), personality.from_inclusive ? '[' : '(',
        personality.to_inclusive ? ']' : ')', static_cast<int>(personality.page_field),
        static_cast<int>(personality.end), static_cast<int>(personality.total),
        personality.page_size_max, static_cast<int>(personality.order), personality.drift,
        static_cast<int>(personality.publication), personality.publication_delay.count(),
        personality.revised_share, personality.flipping_share, personality.moved_share,
        static_cast<int>(personality.retention_from),
        std::chrono::duration_cast<Seconds>(clock_error_at_boot).count(), length.count() / 1'000);
    for (const std::string& fault : api_faults)
        all += " " + fault;
    for (const Event& event : events) {
        all += fmt::format("\n  at {} s for {} s: {}", event.at.count() / 1'000,
                           event.lasts.count() / 1'000, name_of(event.trouble));
    }
    return all;
}

}  // namespace callarchive::testing
