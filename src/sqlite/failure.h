#pragma once

#include <stdexcept>
#include <string>

struct sqlite3;

namespace callarchive::sqlite {

/// What can be done about a failure, as far as SQLite's result codes tell.
enum class FailureKind {
    full,          ///< no space left, a quota, or no inode
    busy,          ///< another connection holds the lock, even after the busy timeout
    damaged,       ///< the file is corrupt or no database
    readonly,      ///< the file, its directory or the medium cannot be written
    cannot_open,   ///< missing, a directory, or not permitted
    input_output,  ///< the disk or the file system failed
    other,
};

/// Thrown by everything in this folder when SQLite reports an error.
class Failure : public std::runtime_error {
  public:
    /// Takes message and system error from the connection, which may be null (out of memory), and
    /// from errno, which is to be cleared before calling SQLite.
    Failure(sqlite3* database, int code, const std::string& doing);
    Failure(FailureKind kind, const std::string& message);

    [[nodiscard]] FailureKind kind() const noexcept { return kind_; }
    [[nodiscard]] int code() const noexcept { return code_; }  ///< SQLite's extended result code

  private:
    Failure(sqlite3* database, int code, int system_errno, const std::string& doing);

    FailureKind kind_;
    int code_ = 0;
};

}  // namespace callarchive::sqlite
