#include "simulator/service_app.h"

#include <algorithm>

namespace callarchive::simulator {
namespace {

constexpr std::size_t odd_rows = 3;

bool hit_by(const std::vector<Faults::Hit>& hits, RowFault fault) {
    return std::any_of(hits.begin(), hits.end(),
                       [&](const Faults::Hit& hit) { return hit.fault->rows == fault; });
}

/// What the answer's `page` says about page `page`, with or without more behind it.
std::int64_t page_field(PageField field, std::int64_t page, bool more) {
    switch (field) {
        case PageField::zero_at_last:
            return more ? page : 0;
        case PageField::echo:
            return page;
        case PageField::zero:
            return 0;
        case PageField::next:
            return more ? page + 1 : 0;
    }
    return 0;
}

}  // namespace

void Service::answer_page(Exchange& exchange, const PageRequest& request) {
    App& app = *exchange.app;
    const Personality& personality = options_.personality;
    exchange.asked = request;
    cover(app, exchange.now);
    const std::int64_t page = personality.ignore_page ? 1 : request.page;
    const std::int64_t size = personality.page_size_max > 0
                                  ? std::min(request.page_size, personality.page_size_max)
                                  : request.page_size;
    const ResultSet& set =
        app.results.find(app.world, exchange.dialect, request.query, page, exchange.now);
    const auto total = static_cast<std::int64_t>(set.places.size());
    // Divided rather than multiplied, since both numbers come from the request.
    const bool beyond = page - 1 > total / size;
    const std::int64_t first = beyond ? total : std::min(total, (page - 1) * size);
    const std::int64_t count = std::min(size, total - first);
    const bool more = first + count < total;

    exchange.occasion.first_page = request.page == 1;
    exchange.occasion.last_page = !more;
    exchange.hits = faults_.strike(exchange.occasion);
    exchange.record_rules = faults_.record_rules(exchange.occasion);

    Envelope envelope;
    envelope.request_id = exchange.request_id;
    std::string rows;
    if (count == 0 && personality.end == EndSignal::code) {
        envelope.meaning = Meaning::no_records;
    } else {
        write_rows(exchange, set, first, count, rows);
        envelope.rows = rows;
        // Nothing comes after an empty page, whatever the other pages said.
        const bool echo = count > 0 || personality.page_field == PageField::echo;
        envelope.page = echo ? page_field(personality.page_field, request.page, more) : 0;
        switch (personality.total) {
            case Total::query:
                envelope.total = total;
                break;
            case Total::page:
                envelope.total = count;
                break;
            case Total::missing:
                break;
            case Total::wrong:
                envelope.total = static_cast<std::int64_t>(mix(options_.traffic.seed, requests_) %
                                                           static_cast<std::uint64_t>(total + 9));
                break;
        }
        app.stats.records_served += static_cast<std::uint64_t>(count);
    }
    finish(exchange, envelope);
}

void Service::write_rows(Exchange& exchange, const ResultSet& set, std::int64_t first,
                         std::int64_t count, std::string& rows) {
    const App& app = *exchange.app;
    rows.reserve(static_cast<std::size_t>(std::min<std::int64_t>(count, 10'000)) * 480 + 64);
    rows += '[';
    for (std::int64_t i = first; i < first + count; ++i) {
        const Call* call = app.world.find(set.places[static_cast<std::size_t>(i)]);
        if (call == nullptr) continue;
        write_row(exchange, *call, app.rules.version_at(*call, set.as_of), rows);
    }
    add_odd_rows(exchange, set, first, first + count, rows);
    if (rows.back() == ',') rows.pop_back();
    rows += ']';
}

/// Appends one record and a comma.
void Service::write_row(Exchange& exchange, const Call& call, const Version& version,
                        std::string& rows) {
    const App& app = *exchange.app;
    describe(record_, call, version, app.credential.sdk_app_id, app.world.users());
    std::optional<SpoiledRecord> spoiled;
    for (FaultRule* rule : exchange.record_rules) {
        std::optional<Draw> draw = faults_.strike_record(*rule, exchange.occasion, call.key);
        if (!draw) continue;
        if (!spoiled) {
            spoiled = SpoiledRecord{.dialect = exchange.dialect,
                                    .fields = record_fields(exchange.dialect, record_),
                                    .instead = {},
                                    .wanted = {}};
        }
        spoiled->wanted = rule->field;
        rule->fault->record(*spoiled, *draw);
        exchange.response.faults.push_back(rule->fault->name);
    }
    if (!spoiled) {
        append_record(rows, exchange.dialect, record_);
    } else if (spoiled->instead) {
        rows += *spoiled->instead;
    } else {
        append_fields(rows, spoiled->fields);
    }
    rows += ',';
}

/// Rows that do not belong on the page [first, end) of the result.
void Service::add_odd_rows(Exchange& exchange, const ResultSet& set, std::int64_t first,
                           std::int64_t end, std::string& rows) {
    const App& app = *exchange.app;
    const auto write_again = [&](std::int64_t from, std::int64_t to, std::uint32_t more_users) {
        for (std::int64_t i = from; i < to; ++i) {
            const Call* call = app.world.find(set.places[static_cast<std::size_t>(i)]);
            if (call == nullptr) continue;
            Version version = app.rules.version_at(*call, set.as_of);
            version.total_users += more_users;
            write_row(exchange, *call, version, rows);
        }
    };
    const auto few = static_cast<std::int64_t>(odd_rows);
    if (hit_by(exchange.hits, RowFault::duplicate)) write_again(std::max(first, end - few), end, 0);
    if (hit_by(exchange.hits, RowFault::changed)) write_again(first, std::min(end, first + 1), 7);
    if (hit_by(exchange.hits, RowFault::over)) {
        write_again(end, std::min(end + few, static_cast<std::int64_t>(set.places.size())), 0);
    }
    if (!hit_by(exchange.hits, RowFault::outside)) return;
    // Real calls that the same dialect serves, and that this query must not find.
    const std::int64_t newest = unix_seconds(moment_of(exchange.now));
    const std::int64_t oldest =
        newest - std::chrono::floor<Seconds>(options_.traffic.retention).count();
    std::size_t found = 0;
    app.world.for_each(oldest, newest, [&](World::Place, const Call& call) {
        if (found >= odd_rows) return;
        if (!app.results.matches(call, exchange.dialect, Query{}, exchange.now) ||
            app.results.matches(call, exchange.dialect, set.query, exchange.now)) {
            return;
        }
        ++found;
        write_row(exchange, call, app.rules.version_at(call, exchange.now), rows);
    });
}

}  // namespace callarchive::simulator
