#include "app/daemon/status_line.h"

#include "app/text/printable.h"
#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace callarchive {
namespace {

constexpr std::size_t shown_max = 4;

std::string words_of(const SourceReport& report) {
    return fmt::format("{}: final until {}, margin {}, {}{}", printable(report.identity.name),
                       to_iso8601(report.cursor),
                       report.margin > Seconds{0} ? to_words(report.margin) : "none",
                       report.unread_gaps_unacknowledged ? "unread gap not acknowledged"
                                                         : "no unread gap to acknowledge",
                       report.failing ? ", failing" : "");
}

}  // namespace

std::string status_line(std::vector<SourceReport> reports) {
    std::stable_sort(
        reports.begin(), reports.end(),
        [](const SourceReport& a, const SourceReport& b) { return a.margin < b.margin; });
    std::string line;
    for (std::size_t i = 0; i < std::min(reports.size(), shown_max); ++i)
        line += (i == 0 ? "" : "; ") + words_of(reports[i]);
    if (reports.size() > shown_max)
        line += fmt::format("; and {} more", reports.size() - shown_max);
    return line;
}

}  // namespace callarchive
