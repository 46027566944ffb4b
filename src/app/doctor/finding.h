#pragma once

#include <string>
#include <vector>

namespace callarchive {

/// What came of looking at one thing.
struct Finding {
    enum class Verdict {
        good,
        advice,   ///< archiving works; a person should know
        failure,  ///< archiving will not work, or lose calls
        skipped,  ///< cannot be told, for what it needs has failed
    };
    Verdict verdict{};
    std::string subject;   ///< in a word or two
    std::string text;      ///< what was found
    std::string remedy{};  ///< what to do; never empty for advice and failure
};

using Findings = std::vector<Finding>;

/// As people read it: a line for each, and the remedy under what needs one.
[[nodiscard]] std::string findings_text(const Findings& findings);

/// Whether a person has to do something.
[[nodiscard]] bool needs_attention(const Findings& findings);

}  // namespace callarchive
