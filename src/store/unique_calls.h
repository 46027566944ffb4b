#pragma once

#include "sqlite/database.h"
#include "store/verify.h"

namespace callarchive {

/// Whether each call id of an application is there once. The index holds that within a week; over
/// the weeks their sorted ids are merged, in memory for one position in each week. Throws.
[[nodiscard]] Check check_unique_calls(sqlite::Database& database);

}  // namespace callarchive
