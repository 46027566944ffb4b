#include "sqlite/failure.h"

#include <errno.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <system_error>

namespace callarchive::sqlite {
namespace {

bool means_no_space(int system_errno) {
    return system_errno == ENOSPC || system_errno == EDQUOT;
}

/// SQLite does not note the system's error when a COMMIT or a change of the journal mode fails, so
/// errno, which callers clear before they call SQLite, comes first. A file system layer of one's
/// own tells through sqlite3_system_errno alone.
int system_errno_of(sqlite3* database, int thread_errno) {
    if (means_no_space(thread_errno)) return thread_errno;
    const int noted = database != nullptr ? sqlite3_system_errno(database) : 0;
    return noted != 0 ? noted : thread_errno;
}

FailureKind kind_of(int code, int system_errno) {
    // The primary result code is the low byte of an extended one (sqlite.org/rescode.html).
    switch (code & 0xff) {
        case SQLITE_FULL:
            return FailureKind::full;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return FailureKind::busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return FailureKind::damaged;
        case SQLITE_READONLY:
            return FailureKind::readonly;
        // SQLITE_FULL is reported for a failed write of the file itself only; syncing, extending
        // the -shm file and creating a file report the full disk as one of these two.
        case SQLITE_CANTOPEN:
            return means_no_space(system_errno) ? FailureKind::full : FailureKind::cannot_open;
        case SQLITE_IOERR:
            return means_no_space(system_errno) ? FailureKind::full : FailureKind::input_output;
        default:
            return FailureKind::other;
    }
}

std::string message_of(sqlite3* database, int code, int system_errno, const std::string& doing) {
    std::string said = sqlite3_errstr(code);
    if (database != nullptr && sqlite3_extended_errcode(database) == code) {
        said = sqlite3_errmsg(database);
    }
    const int primary = code & 0xff;
    // The system's error is that of the last I/O error, so it speaks of these codes only.
    if (system_errno != 0 && (primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR)) {
        said += ": " + std::generic_category().message(system_errno);
    }
    return fmt::format("{}: {} (SQLite error {})", doing, said, code);
}

}  // namespace

Failure::Failure(sqlite3* database, int code, const std::string& doing)
    : Failure(database, code, system_errno_of(database, errno), doing) {}

Failure::Failure(sqlite3* database, int code, int system_errno, const std::string& doing)
    : std::runtime_error(message_of(database, code, system_errno, doing)),
      kind_(kind_of(code, system_errno)),
      code_(code) {}

Failure::Failure(FailureKind kind, const std::string& message)
    : std::runtime_error(message), kind_(kind) {}

}  // namespace callarchive::sqlite
