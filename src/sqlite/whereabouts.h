#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace callarchive::sqlite {

class Database;

/// Notices when the database and the write-ahead log that a connection has open are no longer what
/// lies at their names. SQLite itself goes on writing into files that nobody will ever find
/// (sqlite.org/howtocorrupt.html, "Unlinking or renaming a database file while in use").
class Whereabouts {
  public:
    /// To be made once the connection has read from the file: from then on there is a log. Files of
    /// a VFS that the system knows nothing of count as in place.
    explicit Whereabouts(const Database& database);

    /// What happened, in words, to a file that is gone from its name; empty while all are in place.
    /// Throws Failure where that cannot be found out.
    [[nodiscard]] std::string displaced() const;

  private:
    struct File {
        std::string path;
        dev_t device;
        ino_t inode;
    };
    std::vector<File> files_;
};

}  // namespace callarchive::sqlite
