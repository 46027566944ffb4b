#pragma once

#include "app/config/config.h"

#include <optional>
#include <vector>

namespace callarchive {

/// What credentials are read from and judged by.
struct CredentialTerms {
    const Environment& environment;
    Secrets secrets;
    std::optional<Moment> now;  ///< empty: expiry is not judged
};

/// Reads the list `apps` into `config`, whose schedule and requests are read already.
void read_apps(const Node* node, const CredentialTerms& terms, Config& config,
               std::vector<Problem>& problems);

}  // namespace callarchive
