#pragma once

#include "base/result.h"
#include "base/time.h"
#include "sys/file_descriptor.h"

#include <filesystem>
#include <utility>

namespace callarchive {

/// The right to write one archive, held by one process at a time and given back at its end, however
/// it ends. It lives in a file beside the database, `<path>.lock`, which is never deleted: whoever
/// waits for a deleted file's lock shares it with nobody.
class WriterLock {
  public:
    /// Takes the lock of the database at `path`, whichever symbolic links lead there; `now` is
    /// written into the file beside the process's id. An error of kind `locked` names the holder.
    [[nodiscard]] static Result<WriterLock> take(const std::filesystem::path& path, Instant now);

    /// Where the lock of a database lies.
    [[nodiscard]] static std::filesystem::path lock_path_of(const std::filesystem::path& path);

  private:
    explicit WriterLock(FileDescriptor file) : file_(std::move(file)) {}

    FileDescriptor file_;
};

}  // namespace callarchive
