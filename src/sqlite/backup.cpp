#include "sqlite/backup.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"

#include <errno.h>
#include <sqlite3.h>

namespace callarchive::sqlite {

void Backup::Finish::operator()(sqlite3_backup* backup) const noexcept {
    sqlite3_backup_finish(backup);
}

Backup::Backup(Database& from, Database& to)
    : to_(to), handle_(sqlite3_backup_init(to.handle(), "main", from.handle(), "main")) {
    if (!handle_) {
        throw Failure(to.handle(), sqlite3_extended_errcode(to.handle()),
                      "copying to " + to.path());
    }
}

bool Backup::step(int pages) {
    errno = 0;  // for Failure
    const int code = sqlite3_backup_step(handle_.get(), pages);
    if (code == SQLITE_DONE) return false;
    if (code != SQLITE_OK) throw Failure(to_.handle(), code, "copying to " + to_.path());
    return true;
}

void Backup::finish() {
    errno = 0;  // for Failure
    const int code = sqlite3_backup_finish(handle_.release());
    if (code != SQLITE_OK) throw Failure(to_.handle(), code, "copying to " + to_.path());
}

std::int64_t Backup::pages_total() const {
    return sqlite3_backup_pagecount(handle_.get());
}

std::int64_t Backup::pages_left() const {
    return sqlite3_backup_remaining(handle_.get());
}

}  // namespace callarchive::sqlite
