#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace callarchive {

/// A folder of its own for one test, gone at its end.
class TemporaryFolder {
  public:
    explicit TemporaryFolder(
        std::filesystem::path parent = std::filesystem::temp_directory_path()) {
        std::string name = (parent / "callarchive_test_XXXXXX").string();
        const char* const made = ::mkdtemp(name.data());
        path_ = made == nullptr ? std::filesystem::path{} : std::filesystem::path{made};
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Whether it could be made.
    [[nodiscard]] bool exists() const { return !path_.empty(); }

  private:
    std::filesystem::path path_;
};

}  // namespace callarchive
