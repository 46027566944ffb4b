#include "store/open_file.h"

#include "sqlite/durable_log.h"
#include "store/call_id.h"
#include "store/failure.h"
#include "store/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace callarchive {
namespace {

// The write-ahead log of a daemon that keeps pace stays within 16 MiB: it is written back from 12
// on, and what it catches up with after a fault, or a reader who is just looking, may add four.
// Larger ones gained nothing when measured.
constexpr int checkpoint_pages = 3'000;
constexpr std::int64_t log_bytes_max = 16LL << 20;

// The schema and the small tables, which were made first: nothing can be asked without them.
constexpr int first_bytes = 160 << 10;

void use_write_ahead_log(sqlite::Database& database) {
    if (database.text("PRAGMA journal_mode = WAL") == "wal") return;
    throw Refusal(ErrorKind::storage,
                  "SQLite cannot keep a write-ahead log for " + database.path() +
                      "; network file systems do not support it: put the archive on a local one");
}

sqlite::Database open_for_inspection(const std::string& path) {
    try {
        sqlite::Database database{path, {.access = sqlite::Access::read_only}};
        // Opening reads nothing yet.
        static_cast<void>(database.integer("PRAGMA user_version"));
        return database;
    } catch (const sqlite::Failure& failure) {
        // After a crash at the very first moment a journal may wait to be rolled back, which a
        // read-only connection cannot do.
        if (failure.kind() != sqlite::FailureKind::readonly &&
            failure.kind() != sqlite::FailureKind::cannot_open) {
            throw;
        }
    }
    return sqlite::Database{path, {.access = sqlite::Access::read_write}};
}

}  // namespace

FileState file_state(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) return FileState::missing;
    if (error) {
        const char* remedy = error == std::errc::permission_denied
                                 ? "; run this as the archive's user, or join the group it "
                                   "belongs to"
                                 : "";
        throw Refusal(ErrorKind::storage,
                      fmt::format("{} cannot be looked at: {}{}", path, error.message(), remedy));
    }
    if (std::filesystem::is_directory(status)) {
        throw Refusal(ErrorKind::storage,
                      path + " is a directory; archive.path must name the database file itself");
    }
    if (!std::filesystem::is_regular_file(status)) {
        throw Refusal(ErrorKind::storage, path + " is not a regular file");
    }
    const auto bytes = std::filesystem::file_size(path, error);
    return !error && bytes == 0 ? FileState::empty : FileState::filled;
}

int inspect_file(const std::string& path) {
    if (file_state(path) != FileState::filled) return 0;
    sqlite::Database database = open_for_inspection(path);
    return checked_version(database);
}

sqlite::Database open_current(const std::string& path, sqlite::Access access,
                              const std::string& vfs) {
    switch (file_state(path)) {
        case FileState::missing:
            throw Refusal(ErrorKind::not_found,
                          "there is no " + path +
                              "; check archive.path, or let `callarchive run` "
                              "or `callarchive sync` make the archive first");
        case FileState::empty:
            throw Refusal(ErrorKind::damaged, path + " is empty: no archive yet");
        case FileState::filled:
            break;
    }
    sqlite::Database database{path, {.access = access, .vfs = vfs}};
    database.read_ahead(first_bytes);
    add_row_seal(database);
    add_call_id_print(database);
    const int version = checked_version(database);
    if (version == 0) throw Refusal(ErrorKind::damaged, path + " is empty: no archive yet");
    if (version < schema_version()) {
        throw Refusal(ErrorKind::storage,
                      fmt::format("{} has schema version {}, this program reads version {}; run "
                                  "`callarchive migrate`",
                                  path, version, schema_version()));
    }
    if (access != sqlite::Access::read_only) sqlite::make_log_durable(database);
    return database;
}

sqlite::Database open_for_writing(const WriterOptions& options) {
    // A refused file must stay as it is, so it is looked at before anything is set.
    if (options.vfs.empty()) static_cast<void>(inspect_file(options.path));
    sqlite::Database database{options.path,
                              {.access = sqlite::Access::read_write_create, .vfs = options.vfs}};
    add_row_seal(database);
    add_call_id_print(database);
    // A file system layer without shared memory can keep the log's index in the process when it
    // owns the file alone, and knows so before the first read (sqlite.org/wal.html, "Use of WAL
    // Without Shared-Memory").
    if (!options.vfs.empty()) database.execute("PRAGMA locking_mode = EXCLUSIVE");
    static_cast<void>(checked_version(database));
    // The page size cannot change any more once the log is on
    // (sqlite.org/pragma.html#pragma_page_size).
    database.execute("PRAGMA page_size = 4096");
    use_write_ahead_log(database);
    // NORMAL may lose the last commits when power fails, and a claim to have read must not vanish
    // after it was told (sqlite.org/pragma.html#pragma_synchronous).
    database.execute("PRAGMA synchronous = FULL");
    database.execute(fmt::format("PRAGMA cache_size = -{}",
                                 std::max<std::int64_t>(options.cache_bytes, 1 << 20) / 1024));
    database.execute(fmt::format("PRAGMA wal_autocheckpoint = {}", checkpoint_pages));
    database.execute(fmt::format("PRAGMA journal_size_limit = {}", log_bytes_max));
    database.keep_log_at_close();
    database.execute("PRAGMA temp_store = MEMORY");
    // The writer keeps every reference itself; checking costs a lookup for each row.
    // `callarchive verify` checks them all.
    database.execute("PRAGMA foreign_keys = OFF");
    sqlite::make_log_durable(database);
    return database;
}

}  // namespace callarchive
