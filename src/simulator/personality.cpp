#include "simulator/personality.h"

#include "base/time_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace callarchive::simulator {
namespace {

/// One trait that can be set by name; `set` gives false where the value means nothing.
struct Trait {
    std::string_view name;
    std::string_view values;
    std::string_view meaning;
    bool (*set)(Personality&, std::string_view);
};

template <typename Enum, std::size_t count>
bool choose(Enum& target, std::string_view value,
            const std::array<std::string_view, count>& names) {
    for (std::size_t i = 0; i < count; ++i) {
        if (names[i] != value) continue;
        target = static_cast<Enum>(i);
        return true;
    }
    return false;
}

bool choose_flag(bool& target, std::string_view value) {
    if (value != "true" && value != "false") return false;
    target = value == "true";
    return true;
}

bool choose_bound(bool& inclusive, std::string_view value) {
    if (value != "inclusive" && value != "exclusive") return false;
    inclusive = value == "inclusive";
    return true;
}

bool choose_share(double& target, std::string_view value) {
    double share = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), share);
    if (error != std::errc{} || end != value.data() + value.size()) return false;
    if (!(share >= 0 && share <= 1)) return false;
    target = share;
    return true;
}

bool choose_count(std::int64_t& target, std::string_view value) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), target);
    return error == std::errc{} && end == value.data() + value.size() && target >= 0;
}

bool choose_duration(Milliseconds& target, std::string_view value) {
    const std::optional<Milliseconds> duration = parse_duration(value);
    if (duration) target = *duration;
    return duration.has_value();
}

using P = Personality;
using Text = std::string_view;
constexpr std::array traits{
    Trait{"filter", "start|end|start-and-end", "the time that a window's bounds are compared with",
          [](P& p, Text v) {
              return choose(p.filter, v, std::array<Text, 3>{"start", "end", "start-and-end"});
          }},
    Trait{"from", "inclusive|exclusive", "whether the first second of a window belongs to it",
          [](P& p, Text v) { return choose_bound(p.from_inclusive, v); }},
    Trait{"to", "inclusive|exclusive", "whether the last second of a window belongs to it",
          [](P& p, Text v) { return choose_bound(p.to_inclusive, v); }},
    Trait{"page-field", "zero-at-last|echo|zero|next", "what the answer's `page` is",
          [](P& p, Text v) {
              return choose(p.page_field, v,
                            std::array<Text, 4>{"zero-at-last", "echo", "zero", "next"});
          }},
    Trait{"end", "code|empty", "how a page without records looks",
          [](P& p, Text v) {
              return choose(p.end, v, std::array<Text, 2>{"code", "empty"});
          }},
    Trait{"total", "query|page|missing|wrong", "what `totalNum` counts",
          [](P& p, Text v) {
              return choose(p.total, v, std::array<Text, 4>{"query", "page", "missing", "wrong"});
          }},
    Trait{"page-size-max", "N", "silently lowers the page size asked for; 0: no ceiling",
          [](P& p, Text v) { return choose_count(p.page_size_max, v); }},
    Trait{"order", "asc|desc|shuffled|unstable", "the order of records",
          [](P& p, Text v) {
              return choose(p.order, v, std::array<Text, 4>{"asc", "desc", "shuffled", "unstable"});
          }},
    Trait{"drift", "true|false", "records that arrive or expire shift the pages being read",
          [](P& p, Text v) { return choose_flag(p.drift, v); }},
    Trait{"ignore-page", "true|false", "every page is the first one",
          [](P& p, Text v) { return choose_flag(p.ignore_page, v); }},
    Trait{"publication", "at-end|at-start|late", "when a record appears",
          [](P& p, Text v) {
              return choose(p.publication, v, std::array<Text, 3>{"at-end", "at-start", "late"});
          }},
    Trait{"publication-delay", "DURATION", "how much later still; for `late` at the most",
          [](P& p, Text v) { return choose_duration(p.publication_delay, v); }},
    Trait{"revised", "0..1", "share of calls whose result and participants change once",
          [](P& p, Text v) { return choose_share(p.revised_share, v); }},
    Trait{"flipping", "0..1", "share of calls that go to and fro between two versions",
          [](P& p, Text v) { return choose_share(p.flipping_share, v); }},
    Trait{"moved", "0..1", "share of calls whose start time is corrected once",
          [](P& p, Text v) { return choose_share(p.moved_share, v); }},
    Trait{"revision-delay", "DURATION", "how long after its end a call changes",
          [](P& p, Text v) { return choose_duration(p.revision_delay, v); }},
    Trait{"retention-from", "start|end", "what the retention counts from",
          [](P& p, Text v) {
              return choose(p.retention_from, v, std::array<Text, 2>{"start", "end"});
          }},
};

}  // namespace

Result<Done> set_trait(Personality& personality, std::string_view name, std::string_view value) {
    std::string known;
    for (const Trait& trait : traits) {
        known += fmt::format("{}{}", known.empty() ? "" : ", ", trait.name);
        if (trait.name != name) continue;
        if (trait.set(personality, value)) return Done{};
        return Error{ErrorKind::invalid_input, fmt::format("personality: {} is '{}', allowed is {}",
                                                           name, value, trait.values)};
    }
    return Error{ErrorKind::invalid_input,
                 fmt::format("personality: no trait is called '{}'; there are {}", name, known)};
}

Result<Personality> parse_personality(const std::vector<std::string>& texts, std::uint64_t seed,
                                      Milliseconds retention) {
    Personality personality;
    for (std::string_view rest : texts) {
        while (!rest.empty()) {
            const std::string_view one = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(one.size() + 1, rest.size()));
            if (one == "random") {
                Draw draw{mix(seed, 0x9e75)};
                personality = random_personality(draw, retention);
                continue;
            }
            const std::size_t equals = one.find('=');
            if (equals == std::string_view::npos) {
                return Error{ErrorKind::invalid_input,
                             fmt::format("personality: '{}' is not NAME=VALUE", one)};
            }
            Result<Done> set =
                set_trait(personality, one.substr(0, equals), one.substr(equals + 1));
            if (!set) return std::move(set).error();
        }
    }
    return personality;
}

std::string traits_help() {
    std::string help;
    for (const Trait& trait : traits) {
        help += fmt::format("  {}={}: {}\n", trait.name, trait.values, trait.meaning);
    }
    return help;
}

Personality random_personality(Draw& draw, Milliseconds retention) {
    Personality p;
    const auto pick = [&](auto last) {
        using Enum = decltype(last);
        return draw.chance(0.5)
                   ? Enum{}
                   : static_cast<Enum>(draw.below(static_cast<std::uint64_t>(last) + 1));
    };
    p.filter = pick(Filter::start_and_end);
    p.from_inclusive = draw.chance(0.75);
    p.to_inclusive = draw.chance(0.75);
    p.page_field = pick(PageField::next);
    p.end = pick(EndSignal::empty);
    p.total = pick(Total::missing);
    p.page_size_max = draw.chance(0.3) ? static_cast<std::int64_t>(1 + draw.below(100)) : 0;
    p.order = pick(Order::shuffled);
    p.drift = draw.chance(0.3);
    p.publication = pick(Publication::late);
    if (p.publication == Publication::late || draw.chance(0.2)) {
        p.publication_delay = retention / static_cast<std::int64_t>(20 + draw.below(2'000));
    }
    if (draw.chance(0.3)) p.revised_share = 0.05;
    if (draw.chance(0.15)) p.flipping_share = 0.01;
    if (draw.chance(0.15)) p.moved_share = 0.01;
    p.retention_from = pick(Basis::end);
    return p;
}

}  // namespace callarchive::simulator
