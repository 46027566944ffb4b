#pragma once

#include "app/config/config.h"

#include <string>
#include <variant>
#include <vector>

namespace callarchive {

/// One application that is complete, to put other keys after.
inline const std::string one_app =
    "apps:\n  - sdk_app_id: 1400000000\n    secret_key: not-a-real-key\n";

/// The problems of a configuration, one line each; empty where it is good.
inline std::vector<std::string> problems_of(const std::string& text,
                                            const Environment& environment = {}) {
    const auto read = read_config(text, "c.yaml", environment, Secrets::needed);
    std::vector<std::string> lines;
    if (const auto* problems = std::get_if<std::vector<Problem>>(&read)) {
        for (const Problem& problem : *problems)
            lines.push_back(problem.line());
    }
    return lines;
}

}  // namespace callarchive
