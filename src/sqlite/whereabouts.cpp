#include "sqlite/whereabouts.h"

#include "sqlite/database.h"
#include "sqlite/failure.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <system_error>

namespace callarchive::sqlite {

Whereabouts::Whereabouts(const Database& database) {
    // The database by the name it was opened with, since a symbolic link there may come to lead
    // elsewhere; the log by the name SQLite made from what the link led to.
    const char* const resolved = sqlite3_db_filename(database.handle(), "main");
    const std::string log = std::string{resolved != nullptr ? resolved : ""} + "-wal";
    for (const std::string& path : {database.path(), log}) {
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) continue;
        files_.push_back({.path = path, .device = status.st_dev, .inode = status.st_ino});
    }
}

std::string Whereabouts::displaced() const {
    for (const File& file : files_) {
        struct stat status {};
        if (::stat(file.path.c_str(), &status) != 0) {
            if (errno == ENOENT || errno == ENOTDIR) return file.path + " was deleted or moved";
            throw Failure(FailureKind::input_output, file.path + " cannot be looked at: " +
                                                         std::generic_category().message(errno));
        }
        if (status.st_dev != file.device || status.st_ino != file.inode) {
            return file.path + " was replaced by another file";
        }
    }
    return {};
}

}  // namespace callarchive::sqlite
