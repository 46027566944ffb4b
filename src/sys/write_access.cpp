#include "sys/write_access.h"

#include "sys/beside.h"
#include "sys/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <system_error>

namespace callarchive {
namespace {

namespace fs = std::filesystem;

/// By the effective user, which is the one that opens files; 0 or an errno.
int access_error(const fs::path& path, int mode) {
    return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 ? 0 : errno;
}

std::string mounts_of_this_process() {
    std::ifstream file{"/proc/self/mountinfo"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// mountinfo writes blanks, tabs, line ends and backslashes as three octal digits.
std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        const char* const end = text.data() + text.size();
        const char* const digits = text.data() + i + 1;
        if (text[i] == '\\' && end - digits >= 3 &&
            std::from_chars(digits, digits + 3, value, 8).ptr == digits + 3) {
            out += static_cast<char>(value);
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// What is mounted at the folder: its place in the file system that it comes from. The last line
/// counts, for it lies on top of the others.
std::optional<std::string> source_of(const fs::path& folder, std::string_view mountinfo) {
    std::optional<std::string> source;
    std::istringstream lines{std::string{mountinfo}};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string id, parent, device, root, point;
        if (words >> id >> parent >> device >> root >> point && unescaped(point) == folder.string())
            source = unescaped(root);
    }
    return source;
}

/// For a shell.
std::string quoted(const std::string& text) {
    static const std::regex plain{"[A-Za-z0-9_./:@%+,-]+"};
    if (std::regex_match(text, plain)) return text;
    return "'" + std::regex_replace(text, std::regex{"'"}, R"('\'')") + "'";
}

std::string owned_by(const struct stat& facts) {
    return fmt::format("belongs to user {} and group {} and has mode {:04o}", facts.st_uid,
                       facts.st_gid, facts.st_mode & 07777U);
}

std::string this_process() {
    return fmt::format("this process, user {} and group {},", ::geteuid(), ::getegid());
}

WriteTrouble not_allowed(const fs::path& path, const fs::path& folder, const char* rights) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        return {fmt::format("{} cannot be looked at: {}", path.string(), words_of_errno(errno)),
                "check the rights of the folders above it"};
    }
    WriteTrouble trouble{.found = fmt::format("{} {}, so {} cannot write there", path.string(),
                                              owned_by(facts), this_process()),
                         .remedy = {}};
    if (facts.st_uid == ::geteuid()) {
        trouble.remedy = fmt::format("chmod {} {}", rights, quoted(path.string()));
    } else {
        trouble.remedy =
            command_to_own(folder, {::geteuid(), ::getegid()}, mounts_of_this_process());
    }
    return trouble;
}

WriteTrouble no_folder(const fs::path& folder) {
    return {fmt::format("the folder {} is not there", folder.string()),
            fmt::format("as root: install -d -m 0750 -o {} -g {} {}", ::geteuid(), ::getegid(),
                        quoted(folder.string()))};
}

WriteTrouble other_than_folder(const fs::path& path) {
    return {fmt::format("{} is no folder", path.string()),
            "let archive.path name a file in a folder"};
}

WriteTrouble read_only(const fs::path& folder) {
    return {fmt::format("{} lies on a file system that is mounted read-only", folder.string()),
            "mount it for writing; a container needs a volume there"};
}

}  // namespace

std::string command_to_own(const fs::path& folder, Owner owner, std::string_view mountinfo) {
    const std::string chown = fmt::format("chown -R {}:{} ", owner.user, owner.group);
    const auto source = source_of(folder, mountinfo);
    // A whole file system has no other name that could be seen from here.
    if (!source || *source == "/" || *source == folder.string())
        return "as root: " + chown + quoted(folder.string());
    // Where Docker and Podman keep what has been given a name.
    static const std::regex volume{".*/volumes/([^/]+)/_data"};
    std::smatch name;
    if (std::regex_match(*source, name, volume)) {
        return fmt::format(
            "outside of the container: docker run --rm --user 0 --volume {}:/v "
            "debian:bookworm-slim {}/v",
            name[1].str(), chown);
    }
    return "outside of the container, as root: " + chown + quoted(*source);
}

std::optional<WriteTrouble> write_trouble(const fs::path& path) {
    const fs::path file = path_beside(path, "");
    const fs::path folder = file.parent_path();
    std::error_code ignored;
    const fs::file_status status = fs::status(folder, ignored);
    if (fs::exists(status) && !fs::is_directory(status)) return other_than_folder(folder);
    const int error = access_error(folder, W_OK | X_OK);
    if (error == ENOENT || error == ENOTDIR) return no_folder(folder);
    if (error == EROFS) return read_only(folder);
    if (error != 0) return not_allowed(folder, folder, "u+rwx");
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
        const fs::path each = path_beside(path, suffix);
        const int trouble = access_error(each, R_OK | W_OK);
        if (trouble == EROFS) return read_only(folder);
        if (trouble == EACCES || trouble == EPERM) return not_allowed(each, folder, "u+rw");
    }
    return std::nullopt;
}

}  // namespace callarchive
