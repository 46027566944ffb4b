#include "app/text/charts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace callarchive {
namespace {

constexpr std::array<const char*, 9> eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr std::array<const char*, 8> heights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

double share(std::int64_t value, std::int64_t largest) {
    if (value <= 0 || largest <= 0) return 0;
    return std::min(1.0, static_cast<double>(value) / static_cast<double>(largest));
}

}  // namespace

std::string bar(const BarLength& length, std::size_t columns) {
    const double part = share(length.value, length.largest);
    auto units = static_cast<std::size_t>(std::lround(part * static_cast<double>(columns * 8)));
    if (units == 0 && length.value > 0 && columns > 0) units = 1;
    std::string text;
    for (; units >= 8; units -= 8)
        text += eighths.back();
    return text + eighths[units];
}

std::string sparkline(const std::vector<std::int64_t>& values, std::size_t columns) {
    const std::size_t count = std::min(values.size(), columns);
    std::vector<std::int64_t> sums(count, 0);
    for (std::size_t i = 0; i < values.size() && count > 0; ++i)
        sums[i * count / values.size()] += values[i];
    const std::int64_t largest = sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end());
    std::string text;
    for (const std::int64_t sum : sums) {
        const double height = share(sum, largest) * static_cast<double>(heights.size() - 1);
        // A space for none at all: an hour without calls is what one looks for.
        text += sum == 0 ? " " : heights[static_cast<std::size_t>(std::lround(height))];
    }
    return text;
}

}  // namespace callarchive
