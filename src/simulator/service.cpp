#include "simulator/service.h"

#include "simulator/query_text.h"
#include "simulator/service_app.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace callarchive::simulator {
namespace {

constexpr std::array<std::string_view, meaning_count> outcome_names{
    "ok",          "no_records",        "throttled",      "internal",       "unknown_code",
    "sig_expired", "sig_malformed",     "sig_forged",     "sig_other_user", "sig_other_app",
    "sig_missing", "not_administrator", "bad_parameters", "unparsable",     "unknown_app",
    "no_package"};

constexpr std::size_t valid_sigs_max = 256;

std::string http_date(Instant now) {
    constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<Seconds>(now) - day};
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday{day}.c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
        time.seconds().count());
}

}  // namespace

Service::Service(ServiceOptions options, Instant now)
    : options_(std::move(options)), began_(server_time(now)), faults_(options_.traffic.seed) {
    for (const Credential& credential : options_.apps) {
        auto app = std::make_unique<App>(options_, credential);
        cover(*app, began_);
        apps_.insert_or_assign(credential.sdk_app_id, std::move(app));
    }
    for (const FaultRule& rule : options_.faults)
        faults_.add(rule);
}

Service::~Service() = default;

Response Service::handle(const Request& request, Instant now) {
    Exchange exchange;
    exchange.now = server_time(now);
    exchange.occasion.request = ++requests_;
    exchange.occasion.since_start = exchange.now - began_;
    exchange.request_id = fmt::format("{:016x}{:016x}", mix(options_.traffic.seed, requests_),
                                      mix(requests_, options_.traffic.seed));
    Response& response = exchange.response;
    response.delay = options_.latency;
    response.headers = {{"Date", http_date(exchange.now)},
                        {"Server", "nginx"},
                        {"Content-Type", "application/json"}};
    const auto dialect = dialect_of(request.path);
    if (!dialect) {
        response.status = 404;
        response.headers.back().second = "text/html";
        response.body = "<html><head><title>404 Not Found</title></head></html>\n";
        return std::move(exchange.response);
    }
    exchange.dialect = *dialect;
    exchange.occasion.dialect = *dialect;
    answer(exchange, request);
    for (auto& [fault, draw] : exchange.hits) {
        response.faults.push_back(fault->name);
        // What is empty already cannot be spoiled further.
        if (fault->answer != nullptr && !response.body.empty()) fault->answer(response, draw);
    }
    if (exchange.app != nullptr) {
        AppStats& stats = exchange.app->stats;
        ++stats.outcomes[exchange.outcome];
        for (const std::string_view name : response.faults) {
            ++stats.outcomes[fmt::format("fault:{}", name)];
        }
    }
    return std::move(exchange.response);
}

void Service::answer(Exchange& exchange, const Request& request) {
    Envelope envelope;
    envelope.request_id = exchange.request_id;
    envelope.meaning = admit(exchange, request);
    if (envelope.meaning == Meaning::ok) {
        ParsedBody parsed = parse_body(exchange.dialect, request.body);
        if (parsed.meaning == Meaning::ok) {
            answer_page(exchange, parsed.request);
            return;
        }
        envelope.meaning = parsed.meaning;
        envelope.detail = std::move(parsed.detail);
    }
    exchange.hits = faults_.strike(exchange.occasion);
    finish(exchange, envelope);
}

/// Everything that is checked before the body is looked at.
Meaning Service::admit(Exchange& exchange, const Request& request) {
    const auto parameters = parse_query(request.query);
    const auto value = [&](std::string_view name) -> const std::string* {
        const auto found = parameters.find(name);
        return found == parameters.end() ? nullptr : &found->second;
    };
    const std::string* id = value("sdkappid");
    const auto number = id == nullptr ? std::nullopt : to_uint64(*id);
    if (!number) return Meaning::bad_parameters;
    const auto found = apps_.find(static_cast<std::int64_t>(*number));
    if (found == apps_.end()) return Meaning::unknown_app;
    App& app = *found->second;
    exchange.app = &app;
    exchange.occasion.app = app.credential.sdk_app_id;
    ++app.stats.requests;
    app.received.add(exchange.now);
    if (options_.rate_limit != 0) {
        if (app.admitted.count(exchange.now) >= options_.rate_limit) return Meaning::throttled;
        app.admitted.add(exchange.now);
    }
    if (request.method != "POST") return Meaning::unparsable;
    const std::string* random = value("random");
    const auto random_number = random == nullptr ? std::nullopt : to_uint64(*random);
    const std::string* content_type = value("contenttype");
    const std::string* identifier = value("identifier");
    if (!random_number || *random_number > UINT32_MAX || content_type == nullptr ||
        *content_type != "json" || identifier == nullptr || identifier->empty()) {
        return Meaning::bad_parameters;
    }
    const std::string* user_sig = value("usersig");
    if (user_sig == nullptr || user_sig->empty()) return Meaning::sig_missing;
    const Meaning verdict = verify(app, *identifier, *user_sig, exchange.now);
    if (verdict != Meaning::ok) return verdict;
    if (std::find(options_.administrators.begin(), options_.administrators.end(), *identifier) ==
        options_.administrators.end()) {
        return Meaning::not_administrator;
    }
    return app.credential.has_package ? Meaning::ok : Meaning::no_package;
}

Meaning Service::verify(App& app, const std::string& identifier, const std::string& user_sig,
                        Instant now) {
    const std::string known_as = identifier + '\n' + user_sig;
    const auto known = app.valid_sigs.find(known_as);
    if (known != app.valid_sigs.end()) {
        return known->second < moment_of(now) ? Meaning::sig_expired : Meaning::ok;
    }
    Moment expires;
    const SigClaims claims{.sdk_app_id = app.credential.sdk_app_id,
                           .identifier = identifier,
                           .key = app.credential.key};
    switch (verify_user_sig(user_sig, claims, moment_of(now), &expires)) {
        case Verdict::valid:
            break;
        case Verdict::expired:
            return Meaning::sig_expired;
        case Verdict::malformed:
            return Meaning::sig_malformed;
        case Verdict::forged:
            return Meaning::sig_forged;
        case Verdict::other_user:
            return Meaning::sig_other_user;
        case Verdict::other_app:
            return Meaning::sig_other_app;
    }
    if (app.valid_sigs.size() >= valid_sigs_max) app.valid_sigs.clear();
    app.valid_sigs.emplace(known_as, expires);
    return Meaning::ok;
}

void Service::finish(Exchange& exchange, const Envelope& envelope) {
    Envelope spoiled = envelope;
    for (const Faults::Hit& hit : exchange.hits) {
        if (hit.fault->meaning == Meaning::ok) continue;
        spoiled.meaning = hit.fault->meaning;
        spoiled.rows = {};
    }
    exchange.outcome = outcome_names[static_cast<std::size_t>(spoiled.meaning)];
    std::string& body = exchange.response.body;
    const bool plain = std::none_of(exchange.hits.begin(), exchange.hits.end(),
                                    [](const auto& hit) { return hit.fault->envelope != nullptr; });
    if (plain) {
        body.reserve(spoiled.rows.size() + 256);
        append_envelope(body, exchange.dialect, spoiled);
        return;
    }
    SpoiledEnvelope parts{.dialect = exchange.dialect,
                          .fields = envelope_fields(exchange.dialect, spoiled),
                          .page = exchange.asked.page,
                          .no_data = spoiled.rows.empty(),
                          .instead_of_data = {}};
    for (auto& [fault, draw] : exchange.hits) {
        if (fault->envelope != nullptr) fault->envelope(parts, draw);
    }
    if (!parts.no_data) {
        std::string data;
        append_fields(data, parts.fields.data);
        parts.fields.top.push_back({std::string{vocabulary(exchange.dialect).data_name},
                                    parts.instead_of_data.value_or(data)});
    }
    append_fields(body, parts.fields.top);
}

void Service::cover(App& app, Instant now) {
    const Milliseconds retention = options_.traffic.retention;
    // A tenth more, for pages that are still cut from an older result.
    const Moment oldest = moment_of(now - retention - retention / 10) - Seconds{2} -
                          app.rules.reach_before_retention();
    if (options_.keep_truth) {
        const Moment first = moment_of(began_ - retention) - app.rules.reach_before_retention();
        app.world.extend(std::min(first, oldest), moment_of(now));
    } else {
        app.world.cover(oldest, moment_of(now));
    }
}

std::map<std::int64_t, AppStats> Service::stats() const {
    std::map<std::int64_t, AppStats> all;
    for (const auto& [id, app] : apps_) {
        AppStats& stats = all[id] = app->stats;
        stats.peak_per_second = app->received.peak();
        stats.calls_in_memory = app->world.size();
    }
    return all;
}

void Service::for_each_truth(std::int64_t sdk_app_id, std::optional<Dialect> dialect, Instant now,
                             const std::function<void(const TruthCall&)>& visit) {
    const auto found = apps_.find(sdk_app_id);
    if (found == apps_.end()) return;
    App& app = *found->second;
    const Instant at = server_time(now);
    cover(app, at);
    app.world.for_each(INT64_MIN, INT64_MAX, [&](World::Place, const Call& call) {
        const std::uint8_t sides = !dialect                  ? behind_v1 | behind_v4
                                   : *dialect == Dialect::v1 ? behind_v1
                                                             : behind_v4;
        const Instant from = app.rules.appears(call);
        const Instant until = app.rules.expires(call, at);
        const Instant oldest = options_.keep_truth ? began_ : at;
        if ((call.dialects & sides) == 0 || from > at || from >= until || until <= oldest) return;
        describe(record_, call, app.rules.version_at(call, at), sdk_app_id, app.world.users());
        visit({.record = &record_,
               .visible_from = from,
               .visible_until = until,
               .dialects = call.dialects});
    });
}

}  // namespace callarchive::simulator
