#include "app/text/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace callarchive {
namespace {

// Longer input is no slip of the finger, and the comparison is quadratic.
constexpr std::size_t length_max = 64;

/// How many letters were added, left out, mistaken, or swapped with their neighbour: the slips that
/// fingers make. (Optimal string alignment; the swap counts once, where Levenshtein counts two.)
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
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
