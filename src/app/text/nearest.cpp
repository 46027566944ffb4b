#include "app/text/nearest.h"

#include <algorithm>
#include <numeric>

namespace callarchive {
namespace {

// Longer input is no slip of the finger, and the comparison is quadratic.
constexpr std::size_t length_max = 64;

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view given,
                                   const std::vector<std::string>& candidates) {
    if (given.empty() || given.size() > length_max) return std::nullopt;
    const std::string* best = nullptr;
    std::size_t best_distance = std::max<std::size_t>(1, given.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t d = distance(given, candidate);
        if (d < best_distance) {
            best_distance = d;
            best = &candidate;
        }
    }
    if (best == nullptr) return std::nullopt;
    return *best;
}

std::string did_you_mean(std::string_view given, const std::vector<std::string>& candidates) {
    const auto best = nearest(given, candidates);
    return best ? "; did you mean '" + *best + "'?" : std::string{};
}

}  // namespace callarchive
