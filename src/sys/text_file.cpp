#include "sys/text_file.h"

#include "sys/file_descriptor.h"
#include "sys/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace callarchive {
namespace {

constexpr std::size_t bytes_max = 64UL << 20;

Error cannot(const std::filesystem::path& path, const std::string& why) {
    return {ErrorKind::storage, fmt::format("{} cannot be read: {}", path.string(), why)};
}

}  // namespace

Result<std::optional<std::string>> read_text_file(const std::filesystem::path& path) {
    // Not blocking: opening a pipe would wait for a writer.
    const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file.is_open() && errno == ENOENT) return std::optional<std::string>{};
    if (!file.is_open()) return cannot(path, words_of_errno(errno));
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return cannot(path, words_of_errno(errno));
    if (!S_ISREG(facts.st_mode)) return cannot(path, "it is no regular file");
    std::string text;
    std::string part(64UL * 1024, '\0');
    while (text.size() <= bytes_max) {
        const ssize_t count = ::read(file.get(), part.data(), part.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannot(path, words_of_errno(errno));
        if (count == 0) return std::optional{std::move(text)};
        text.append(part, 0, static_cast<std::size_t>(count));
    }
    return cannot(path, "it is larger than 64 MiB");
}

}  // namespace callarchive
