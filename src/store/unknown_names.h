#pragma once

#include "sqlite/database.h"
#include "store/reader.h"

#include <vector>

namespace callarchive {

/// Throws.
[[nodiscard]] std::vector<UnknownName> unknown_names(sqlite::Database& database,
                                                     const CallFilter& filter);

}  // namespace callarchive
