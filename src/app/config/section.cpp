#include "app/config/section.h"

#include "app/text/nearest.h"
#include "app/text/printable.h"
#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace callarchive {
namespace {

constexpr std::string_view duration_allowed =
    "a duration: a number with ms, s, m, h or d, such as 90s, 10m or 7d";

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
    Number number{};
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::int64_t> bytes_of(std::string_view text) {
    constexpr std::pair<std::string_view, int> units[] = {
        {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"B", 0}};
    for (const auto& [unit, shift] : units) {
        if (!text.ends_with(unit)) continue;
        text.remove_suffix(unit.size());
        const auto number = number_of<std::int64_t>(text);
        if (!number || *number < 0 || *number > (std::int64_t{1} << 40 >> shift))
            return std::nullopt;
        return *number << shift;
    }
    return std::nullopt;
}

std::string shown(const std::string& text) {
    return "'" + printable(text.substr(0, 80)) + "'";
}

}  // namespace

Section::Section(std::vector<Problem>& problems, const Node* node, std::string path,
                 std::vector<std::string> known)
    : problems_(problems), node_(node), path_(std::move(path)) {
    if (node_ == nullptr || std::holds_alternative<std::monostate>(node_->value)) return;
    const Node::Mapping* entries = node_->mapping();
    if (entries == nullptr) {
        problems_.push_back({.location = node_->location,
                             .key = path_,
                             .text = fmt::format("found {}; allowed: a mapping with the keys {}",
                                                 node_->kind(), fmt::join(known, ", "))});
        node_ = nullptr;
        return;
    }
    std::set<std::string> seen;
    for (const Node::Entry& entry : *entries) {
        if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
            problems_.push_back(
                {.location = entry.location,
                 .key = path_of(printable(entry.key)),
                 .text = fmt::format("unknown key; allowed: {}{}", fmt::join(known, ", "),
                                     did_you_mean(entry.key, known))});
        } else if (!seen.insert(entry.key).second) {
            problems_.push_back({.location = entry.location,
                                 .key = path_of(entry.key),
                                 .text = "given twice; allowed: once"});
        }
    }
}

std::string Section::path_of(std::string_view key) const {
    return path_.empty() ? std::string{key} : fmt::format("{}.{}", path_, key);
}

const Node* Section::find(std::string_view key) const {
    const Node* found = node_ == nullptr ? nullptr : node_->find(key);
    if (found != nullptr && std::holds_alternative<std::monostate>(found->value)) return nullptr;
    return found;
}

void Section::problem(std::string_view key, const std::string& text) const {
    const Node* found = find(key);
    Location location;
    if (found != nullptr) {
        location = found->location;
    } else if (node_ != nullptr) {
        location = node_->location;
    }
    problems_.push_back({.location = location, .key = path_of(key), .text = text});
}

const std::string* Section::scalar(std::string_view key, std::string_view allowed) const {
    const Node* found = find(key);
    if (found == nullptr) return nullptr;
    if (found->scalar() == nullptr) {
        problem(key, fmt::format("found {}; allowed: {}", found->kind(), allowed));
    }
    return found->scalar();
}

void Section::read_text(std::string_view key, std::string& value) const {
    if (const std::string* text = scalar(key, "a text")) value = *text;
}

void Section::read_word(std::string_view key, std::string& value,
                        const std::vector<std::string>& allowed) const {
    const std::string list = fmt::format("{}", fmt::join(allowed, ", "));
    const std::string* text = scalar(key, list);
    if (text == nullptr) return;
    if (std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) {
        value = *text;
    } else {
        problem(key, fmt::format("found {}; allowed: {}{}", shown(*text), list,
                                 did_you_mean(*text, allowed)));
    }
}

std::optional<std::int64_t> Section::integer(std::string_view key, std::int64_t least,
                                             std::int64_t most) const {
    const std::string allowed = fmt::format("a whole number from {} to {}", least, most);
    const std::string* text = scalar(key, allowed);
    if (text == nullptr) return std::nullopt;
    const auto number = number_of<std::int64_t>(*text);
    if (number && *number >= least && *number <= most) return number;
    problem(key, fmt::format("found {}; allowed: {}", shown(*text), allowed));
    return std::nullopt;
}

void Section::read_bytes(std::string_view key, std::int64_t& value, std::int64_t least,
                         std::int64_t most) const {
    const std::string allowed = fmt::format("a size with B, KiB, MiB or GiB, from {} MiB to {} MiB",
                                            least >> 20, most >> 20);
    const std::string* text = scalar(key, allowed);
    if (text == nullptr) return;
    const auto bytes = bytes_of(*text);
    if (bytes && *bytes >= least && *bytes <= most) {
        value = *bytes;
    } else {
        problem(key, fmt::format("found {}; allowed: {}", shown(*text), allowed));
    }
}

void Section::read_duration(std::string_view key, Milliseconds& value) const {
    const std::string* text = scalar(key, duration_allowed);
    if (text == nullptr) return;
    if (const auto duration = parse_duration(*text)) {
        value = *duration;
    } else {
        problem(key, fmt::format("found {}; allowed: {}", shown(*text), duration_allowed));
    }
}

std::optional<Seconds> Section::seconds_of(const std::string& text, const Node& node,
                                           std::string_view key) const {
    const auto duration = parse_duration(text);
    if (duration && *duration >= Seconds{1} && *duration % Seconds{1} == Milliseconds{0}) {
        return std::chrono::duration_cast<Seconds>(*duration);
    }
    problems_.push_back({.location = node.location,
                         .key = path_of(key),
                         .text = fmt::format("found {}; allowed: {}, in whole seconds, at least 1s",
                                             shown(text), duration_allowed)});
    return std::nullopt;
}

void Section::read_seconds(std::string_view key, Seconds& value) const {
    const std::string* text = scalar(key, duration_allowed);
    if (text == nullptr) return;
    if (const auto seconds = seconds_of(*text, *find(key), key)) value = *seconds;
}

void Section::read_list_of_seconds(std::string_view key, std::vector<Seconds>& value) const {
    const Node* found = find(key);
    if (found == nullptr) return;
    if (found->sequence() == nullptr) {
        problem(key, fmt::format("found {}; allowed: a list of durations in rising order, such as "
                                 "[1h, 6h, 1d, 3d, 6d]",
                                 found->scalar() != nullptr ? shown(*found->scalar())
                                                            : std::string{found->kind()}));
        return;
    }
    std::vector<Seconds> read;
    bool good = true;
    for (const Node& item : *found->sequence()) {
        const auto seconds =
            item.scalar() != nullptr ? seconds_of(*item.scalar(), item, key) : std::nullopt;
        if (item.scalar() == nullptr)
            problem(key, fmt::format("found {} in the list", item.kind()));
        good = good && seconds.has_value();
        if (seconds) read.push_back(*seconds);
    }
    if (read.empty() && good) {
        problem(key, "found an empty list; allowed: at least one age");
        return;
    }
    if (std::adjacent_find(read.begin(), read.end(), std::greater_equal<>{}) != read.end()) {
        problem(key, "found ages that do not rise; allowed: each greater than the one before");
        return;
    }
    if (good) value = read;
}

}  // namespace callarchive
