#pragma once

#include "base/time.h"

#include <cstdint>
#include <memory>
#include <string>

struct sqlite3;

namespace callarchive::sqlite {

enum class Access {
    read_only,
    read_write,         ///< the file must exist
    read_write_create,  ///< made where there is none
};

struct OpenOptions {
    Access access = Access::read_only;
    std::string vfs{};  ///< empty: SQLite's default
    Milliseconds busy_timeout{5000};
};

/// One connection. Closed by the destructor; every Statement of it must be gone before. For one
/// thread at a time. All functions throw Failure.
class Database {
  public:
    Database(const std::string& path, const OpenOptions& options);

    /// Runs one or several statements that give back nothing of interest.
    void execute(const std::string& sql);

    /// The first column of the first row of `sql`: a pragma's value. 0 or empty where there is
    /// none.
    [[nodiscard]] std::int64_t integer(const std::string& sql);
    [[nodiscard]] std::string text(const std::string& sql);

    /// Gives back the memory of pages that are not in use; they are read again where needed.
    void release_memory() noexcept;
    /// Leaves the write-ahead log, emptied, and its index where they are when the last connection
    /// is closed. Without them somebody who may only read cannot open the file at all until it is
    /// written again (sqlite.org/wal.html, "Read-Only Databases").
    void keep_log_at_close();

    /// Has the system begin to read the file's first bytes in one go, so that it has them when they
    /// are asked for page by page. Only a hint: nothing comes of a failure.
    void read_ahead(int bytes);

    [[nodiscard]] std::int64_t last_insert_rowid() const;
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] const std::string& path() const { return path_; }

    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::string path_;
    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace callarchive::sqlite
