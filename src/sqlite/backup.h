#pragma once

#include <cstdint>
#include <memory>

struct sqlite3_backup;

namespace callarchive::sqlite {

class Database;

/// A copy of a whole database, page by page (sqlite.org/c3ref/backup_finish.html), into another
/// that is used for nothing else until finish(). Where the source connection holds a read
/// transaction the copy is that snapshot; without one each write of somebody else would make it
/// begin again. All functions but the destructor throw Failure.
class Backup {
  public:
    Backup(Database& from, Database& to);

    /// Copies up to so many pages; false once all are copied.
    [[nodiscard]] bool step(int pages);
    /// Ends a copy that is complete.
    void finish();

    // As of the last step.
    [[nodiscard]] std::int64_t pages_total() const;
    [[nodiscard]] std::int64_t pages_left() const;

  private:
    struct Finish {
        void operator()(sqlite3_backup* backup) const noexcept;
    };
    Database& to_;
    std::unique_ptr<sqlite3_backup, Finish> handle_;
};

}  // namespace callarchive::sqlite
