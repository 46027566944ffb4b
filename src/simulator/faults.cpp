#include "simulator/faults.h"

#include "base/time_text.h"

#include <fmt/format.h>

#include <charconv>

namespace callarchive::simulator {
namespace {

template <typename Number>
std::optional<Number> to_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

template <typename Value>
bool take(Value& target, const std::optional<Value>& value) {
    if (value) target = *value;
    return value.has_value();
}

std::optional<PageAt> to_page(std::string_view text) {
    if (text == "any") return PageAt::any;
    if (text == "first") return PageAt::first;
    if (text == "middle") return PageAt::middle;
    if (text == "last") return PageAt::last;
    return std::nullopt;
}

/// False where the condition is unknown or its value means nothing.
bool set_condition(FaultRule& rule, std::string_view name, std::string_view value) {
    if (name == "from") return take(rule.from, parse_duration(value));
    if (name == "to") return take(rule.to, parse_duration(value));
    if (name == "every") return take(rule.every, parse_duration(value));
    if (name == "times") return take(rule.times, to_number<std::int64_t>(value));
    if (name == "page") return take(rule.page, to_page(value));
    if (name == "app") return (rule.app = to_number<std::int64_t>(value)).has_value();
    if (name == "dialect" && (value == "v1" || value == "v4")) {
        rule.dialect = value == "v1" ? Dialect::v1 : Dialect::v4;
        return true;
    }
    if (name == "sticky" && (value == "true" || value == "false")) {
        rule.sticky = value == "true";
        return true;
    }
    if (name == "field") {
        rule.field = value;
        return true;
    }
    return false;
}

}  // namespace

Result<FaultRule> parse_fault(std::string_view text) {
    FaultRule rule;
    bool head = true;
    for (std::string_view rest = text; head || !rest.empty(); head = false) {
        const std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const std::size_t equals = std::min(one.find('='), one.size());
        const std::string_view name = one.substr(0, equals);
        const std::string_view value = one.substr(std::min(equals + 1, one.size()));
        if (!head) {
            if (set_condition(rule, name, value)) continue;
            return Error{ErrorKind::invalid_input,
                         fmt::format("fault '{}': cannot use '{}'; conditions are from, to, every, "
                                     "times, page, app, dialect, sticky and field",
                                     text, one)};
        }
        rule.fault = find_fault(name);
        if (rule.fault == nullptr) {
            return Error{ErrorKind::invalid_input,
                         fmt::format("no fault is called '{}'; --list-faults shows them", name)};
        }
        if (equals < one.size() && (!take(rule.probability, to_number<double>(value)) ||
                                    !(rule.probability >= 0 && rule.probability <= 1))) {
            return Error{ErrorKind::invalid_input,
                         fmt::format("fault '{}': the probability is not within 0 to 1", text)};
        }
    }
    return rule;
}

void Faults::remove(std::string_view name) {
    std::erase_if(rules_, [&](const FaultRule& rule) { return rule.fault->name == name; });
}

std::vector<Faults::Hit> Faults::strike(const Occasion& occasion) {
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        FaultRule& rule = rules_[i];
        if (rule.fault->record != nullptr || !applies(rule, occasion)) continue;
        Draw draw{mix(seed_, i, occasion.request)};
        if (!draw.chance(rule.probability)) continue;
        --rule.times;
        hits.push_back({rule.fault, draw});
    }
    return hits;
}

std::vector<FaultRule*> Faults::record_rules(const Occasion& occasion) {
    std::vector<FaultRule*> rules;
    for (FaultRule& rule : rules_) {
        if (rule.fault->record != nullptr && applies(rule, occasion)) rules.push_back(&rule);
    }
    return rules;
}

std::optional<Draw> Faults::strike_record(FaultRule& rule, const Occasion& occasion,
                                          std::uint64_t key) const {
    const auto which = static_cast<std::uint64_t>(&rule - rules_.data());
    Draw draw{mix(seed_, which, rule.sticky ? 0 : occasion.request, key)};
    if (rule.times <= 0 || !draw.chance(rule.probability)) return std::nullopt;
    --rule.times;
    return draw;
}

bool Faults::applies(const FaultRule& rule, const Occasion& occasion) {
    if (rule.times <= 0) return false;
    if (rule.app && *rule.app != occasion.app) return false;
    if (rule.dialect && *rule.dialect != occasion.dialect) return false;
    const Milliseconds at =
        rule.every.count() > 0 ? occasion.since_start % rule.every : occasion.since_start;
    if (at < rule.from || at >= rule.to) return false;
    switch (rule.page) {
        case PageAt::any:
            return true;
        case PageAt::first:
            return occasion.first_page;
        case PageAt::middle:
            return !occasion.first_page && !occasion.last_page;
        case PageAt::last:
            return occasion.last_page;
    }
    return false;
}

}  // namespace callarchive::simulator
