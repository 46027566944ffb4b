#pragma once

#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// One numbered file of `migrations/`, built into the program.
struct Migration {
    int version;            ///< PRAGMA user_version after it
    std::string_view name;  ///< the file's name
    std::string_view sql;
};

/// All migrations in order of version, from 1, without holes.
[[nodiscard]] const std::vector<Migration>& all_migrations();

/// The schema version this program writes.
[[nodiscard]] int schema_version();

/// Versions that would be applied to the file at `path` (missing: all of them). Changes nothing.
[[nodiscard]] Result<std::vector<Migration>> pending_migrations(const std::string& path);

/// Brings the file to this version's schema, one transaction for each migration; gives back what
/// was applied. Creates the file where there is none.
[[nodiscard]] Result<std::vector<Migration>> migrate(const std::string& path, Moment now);

}  // namespace callarchive
