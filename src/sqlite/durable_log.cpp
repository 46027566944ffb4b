#include "sqlite/durable_log.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"
#include "sqlite/transaction.h"

#include <errno.h>
#include <sqlite3.h>

#include <algorithm>
#include <vector>

namespace callarchive::sqlite {
namespace {

// SQLite's unix VFS takes less than 128 KiB at once (os_unix.c, seekAndWriteFd: nBuf &= 0x1ffff).
constexpr sqlite3_int64 portion = 1 << 16;

void write_again(sqlite3_file* log) {
    const sqlite3_io_methods& file = *log->pMethods;
    const auto check = [](int code) {
        if (code != SQLITE_OK) throw Failure(nullptr, code, "writing the write-ahead log again");
    };
    errno = 0;  // for Failure
    sqlite3_int64 size = 0;
    check(file.xFileSize(log, &size));
    if (size == 0) return;
    std::vector<char> bytes(static_cast<std::size_t>(std::min(size, portion)));
    for (sqlite3_int64 at = 0; at < size; at += portion) {
        const int count = static_cast<int>(std::min(size - at, portion));
        check(file.xRead(log, bytes.data(), count, at));
        check(file.xWrite(log, bytes.data(), count, at));
    }
    check(file.xSync(log, SQLITE_SYNC_NORMAL));
}

}  // namespace

void make_log_durable(Database& database) {
    // While it lasts nobody else can write to the log or begin it anew (sqlite.org/walformat.html,
    // "WAL_WRITE_LOCK").
    Transaction alone{database};
    // Of a database in WAL mode this is the log (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
    sqlite3_file* log = nullptr;
    sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log != nullptr && log->pMethods != nullptr) write_again(log);
}

}  // namespace callarchive::sqlite
