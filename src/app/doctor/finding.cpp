#include "app/doctor/finding.h"

#include "app/text/printable.h"

#include <fmt/format.h>

#include <algorithm>

namespace callarchive {
namespace {

const char* name_of(Finding::Verdict verdict) {
    switch (verdict) {
        case Finding::Verdict::good:
            return "ok";
        case Finding::Verdict::advice:
            return "advice";
        case Finding::Verdict::failure:
            return "FAILED";
        case Finding::Verdict::skipped:
            return "-";
    }
    return "";
}

}  // namespace

std::string findings_text(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += fmt::format("{:<7} {:<16} {}\n", name_of(finding.verdict),
                            printable(finding.subject), printable(finding.text));
        if (!finding.remedy.empty())
            text += fmt::format("{:<7} {:<16} what to do: {}\n", "", "", printable(finding.remedy));
    }
    return text;
}

bool needs_attention(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.verdict == Finding::Verdict::advice ||
               finding.verdict == Finding::Verdict::failure;
    });
}

}  // namespace callarchive
