#pragma once

#include "base/result.h"
#include "sys/file_descriptor.h"

#include <filesystem>
#include <string>

namespace callarchive {

/// A file in the making: written under the name `<path>.partial` and given its own name once it is
/// whole and durable, so that nobody ever finds half of it. Without publish() it is removed. What a
/// killed process left is used anew; two processes never write the same one.
class NewFile {
  public:
    /// Begins with an empty file, readable by its owner alone. Errors: storage, storage_full,
    /// storage_busy (another process makes the same file).
    [[nodiscard]] static Result<NewFile> begin(const std::filesystem::path& path);

    NewFile(NewFile&& other) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();

    /// Where to write: others may open it by this name.
    [[nodiscard]] const std::filesystem::path& partial_path() const { return partial_; }
    [[nodiscard]] Result<Done> write(const std::string& text);

    /// Lets the owner of another file own this one, where this process may decide that (root): what
    /// an administrator writes must not be out of the service's reach.
    void give_to_owner_of(const std::filesystem::path& other);

    enum class Existing { refuse, replace };
    /// Gives it the permissions `mode`, makes it durable, and then known under its name.
    [[nodiscard]] Result<Done> publish(Existing existing, unsigned mode);

  private:
    NewFile(std::filesystem::path path, std::filesystem::path partial, FileDescriptor file)
        : path_(std::move(path)), partial_(std::move(partial)), file_(std::move(file)) {}

    std::filesystem::path path_;
    std::filesystem::path partial_;  ///< empty once there is nothing to remove
    FileDescriptor file_;
};

}  // namespace callarchive
