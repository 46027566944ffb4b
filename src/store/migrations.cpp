#include "store/migrations.h"

#include "base/time_text.h"
#include "sqlite/schema_edit.h"
#include "sqlite/statement.h"
#include "sqlite/transaction.h"
#include "store/failure.h"
#include "store/hash.h"
#include "store/open_file.h"

#include <fmt/format.h>

#include <cstdint>

namespace callarchive {
namespace {

constexpr std::int64_t archive_application_id = 0x43444152;  // as migrations/0001 sets it

std::string checksum_of(const Migration& migration) {
    return fmt::format("{:016x}", static_cast<std::uint64_t>(stable_hash(migration.sql)));
}

/// An archive whose history is not ours has tables that only look like ours.
void check_applied(sqlite::Database& database, int version) {
    sqlite::Statement find{database, "SELECT checksum FROM migration WHERE version = ?"};
    for (const Migration& migration : all_migrations()) {
        if (migration.version > version) break;
        sqlite::Rows rows = find.query(migration.version);
        const bool found = rows.next();
        if (found && rows.text(0) == checksum_of(migration)) continue;
        throw Refusal(
            ErrorKind::damaged,
            fmt::format("{}: migration {} was applied {}; this archive was made by another "
                        "build of callarchive, which must go on with it",
                        database.path(), migration.name,
                        found ? "with other content" : "but is not recorded"));
    }
}

void apply(sqlite::Database& database, const Migration& migration, Moment now) {
    // A table that is dropped is not overwritten with zeros: SQLite would keep a copy of all of its
    // pages in memory to undo that, 60 MB for each million calls. What it held stands in the new
    // one.
    const std::int64_t overwriting = database.integer("PRAGMA secure_delete");
    database.execute("PRAGMA secure_delete = OFF");
    sqlite::Transaction transaction{database};
    database.execute(
        "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
        "checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT");
    {
        const sqlite::SchemaEdit edit{database};
        database.execute(std::string{migration.sql});
    }
    sqlite::Statement{database, "INSERT INTO migration VALUES (?, ?, ?, ?)"}.execute(
        migration.version, migration.name, checksum_of(migration), to_iso8601(now));
    database.execute(fmt::format("PRAGMA user_version = {}", migration.version));
    transaction.commit();
    database.execute(fmt::format("PRAGMA secure_delete = {}", overwriting));
}

}  // namespace

int schema_version() {
    return static_cast<int>(all_migrations().size());
}

int checked_version(sqlite::Database& database) {
    const std::int64_t application_id = database.integer("PRAGMA application_id");
    const std::int64_t version = database.integer("PRAGMA user_version");
    if (application_id == 0 && version == 0 &&
        database.integer("SELECT count(*) FROM sqlite_schema") == 0) {
        return 0;
    }
    if (application_id != archive_application_id || version < 1) {
        throw Refusal(ErrorKind::damaged,
                      database.path() +
                          " is not a callarchive database; it was left as it is. "
                          "Check archive.path");
    }
    if (version > schema_version()) {
        throw Refusal(ErrorKind::too_new,
                      fmt::format("{} was written by a newer callarchive (schema version {}, this "
                                  "program knows {}); it was left as it is. Upgrade this program",
                                  database.path(), version, schema_version()));
    }
    check_applied(database, static_cast<int>(version));
    return static_cast<int>(version);
}

std::vector<Migration> apply_migrations(sqlite::Database& database, Moment now) {
    const int version = checked_version(database);
    std::vector<Migration> applied;
    for (const Migration& migration : all_migrations()) {
        if (migration.version <= version) continue;
        apply(database, migration, now);
        applied.push_back(migration);
    }
    return applied;
}

Result<std::vector<Migration>> pending_migrations(const std::string& path) {
    return guarded("looking for pending migrations", [&] {
        const int version = inspect_file(path);
        const auto& all = all_migrations();
        return std::vector<Migration>{all.begin() + version, all.end()};
    });
}

Result<std::vector<Migration>> migrate(const std::string& path, Moment now) {
    return guarded("migrating the archive", [&] {
        sqlite::Database database = open_for_writing({.path = path, .vfs = {}});
        return apply_migrations(database, now);
    });
}

}  // namespace callarchive
