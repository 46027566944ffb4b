#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace callarchive {

/// A file that appears under its name only when it is complete: until then it is written beside it,
/// under a name that ends in `.part`. A process that is killed leaves that one behind.
class OutputFile {
  public:
    /// Refuses what is no regular file, and the archive with the files that SQLite keeps beside it.
    [[nodiscard]] static Result<OutputFile> create(const std::string& path,
                                                   const std::string& archive_path);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    /// Removes what was not completed.
    ~OutputFile();

    [[nodiscard]] Result<Done> write(std::string_view text);
    /// Makes it durable and gives it its name, in place of what had it.
    [[nodiscard]] Result<Done> complete();

  private:
    OutputFile(std::string path, std::string part, int fd);

    std::string path_;
    std::string part_;
    int fd_;
};

}  // namespace callarchive
