#pragma once

#include "sqlite/database.h"
#include "store/migrations.h"

#include <string>
#include <vector>

namespace callarchive {

// Everything here throws sqlite::Failure or Refusal.

/// The schema version of an open archive; 0 for a database with nothing in it. Refuses what is no
/// archive (damaged), what is newer (too_new), and an archive whose applied migrations are not
/// ours.
[[nodiscard]] int checked_version(sqlite::Database& database);

/// What lies at a path.
enum class FileState { missing, empty, filled };
/// Refuses a directory and anything else that is no file.
[[nodiscard]] FileState file_state(const std::string& path);

/// Checks a file without changing it; the version as above, 0 where it is missing or empty.
[[nodiscard]] int inspect_file(const std::string& path);

/// Opens for reading and writing; the file must be an archive of exactly this version.
[[nodiscard]] sqlite::Database open_current(const std::string& path, sqlite::Access access,
                                            const std::string& vfs = {});

/// Opens for the one writer, makes the file where there is none, and sets what only the writer
/// sets: write-ahead log, cache, checkpoints.
struct WriterOptions {
    std::string path;
    std::string vfs{};
    std::int64_t cache_bytes = 0;
};
[[nodiscard]] sqlite::Database open_for_writing(const WriterOptions& options);

/// Applies what is missing, each migration in a transaction of its own.
[[nodiscard]] std::vector<Migration> apply_migrations(sqlite::Database& database, Moment now);

}  // namespace callarchive
