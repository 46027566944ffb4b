#include "sqlite/database.h"

#include "sqlite/failure.h"
#include "sqlite/file_bytes.h"
#include "sqlite/kept_blocks.h"
#include "sqlite/statement.h"

#include <errno.h>
#include <sqlite3.h>

namespace callarchive::sqlite {
namespace {

int flags_of(Access access) {
    // NOMUTEX: one connection is used by one thread at a time, so its mutex would be pure cost.
    // Without SQLITE_OPEN_URI a path that begins with "file:" stays a path.
    constexpr int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (access) {
        case Access::read_only:
            return common | SQLITE_OPEN_READONLY;
        case Access::read_write:
            return common | SQLITE_OPEN_READWRITE;
        case Access::read_write_create:
            return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    return common | SQLITE_OPEN_READONLY;
}

/// Without counting every byte that is taken, which nobody asks for, and locking a mutex for it:
/// 3 % of a first fill (sqlite.org/c3ref/c_config_covering_index_scan.html). Refused once the
/// library is in use, which is as well.
void set_up_library() {
    static const int done = [] {
        keep_blocks();
        return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    }();
    static_cast<void>(done);
}

}  // namespace

// sqlite3_close_v2 would keep a connection with forgotten statements alive, with its locks.
void Database::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close(database);
}

Database::Database(const std::string& path, const OpenOptions& options) : path_(path) {
    set_up_library();
    sqlite3* opened = nullptr;
    errno = 0;  // for Failure
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags_of(options.access),
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
    // A handle is given back even on failure and must be closed (sqlite.org/c3ref/open.html).
    handle_.reset(opened);
    if (code != SQLITE_OK) throw Failure(opened, code, "opening " + path);
    sqlite3_busy_timeout(opened, static_cast<int>(options.busy_timeout.count()));
    // An archive may come from anywhere: nothing in its schema may call functions with side
    // effects, and damaged cells are noticed early (sqlite.org/security.html).
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    // "string" in double quotes taken for a text hides misspelt column names.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    execute("PRAGMA cell_size_check = ON");
}

void Database::execute(const std::string& sql) {
    errno = 0;  // for Failure
    const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        throw Failure(handle(), sqlite3_extended_errcode(handle()), "working on " + path_);
    }
}

std::int64_t Database::integer(const std::string& sql) {
    Statement statement{*this, sql};
    Rows rows = statement.query();
    return rows.next() ? rows.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
    Statement statement{*this, sql};
    Rows rows = statement.query();
    return rows.next() ? std::string{rows.text(0)} : std::string{};
}

void Database::release_memory() noexcept {
    // It gives back SQLITE_OK, always (sqlite.org/c3ref/db_release_memory.html).
    sqlite3_db_release_memory(handle());
    free_kept_blocks();
}

void Database::keep_log_at_close() {
    // Only with a limit of its size the log is emptied, and it may hold what was forgotten since.
    if (integer("PRAGMA journal_size_limit") < 0) execute("PRAGMA journal_size_limit = 0");
    int keep = 1;
    // A file system layer that does not know it removes both, as ever.
    static_cast<void>(sqlite3_file_control(handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep));
}

void Database::read_ahead(int bytes) {
    if (const auto file = FileBytes::of(*this)) file->begin_reading(0, bytes);
}

std::int64_t Database::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(handle());
}
std::int64_t Database::changes() const {
    return sqlite3_changes64(handle());
}
bool Database::in_transaction() const {
    return sqlite3_get_autocommit(handle()) == 0;
}

}  // namespace callarchive::sqlite
