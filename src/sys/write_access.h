#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive {

/// Why this process cannot write, in words, and the command that mends it.
struct WriteTrouble {
    std::string found;
    std::string remedy;
};

/// Whether rights, a missing folder or a read-only file system keep this process from writing the
/// archive at `path` and what lies beside it; nothing where all is well. A full disk is not seen.
[[nodiscard]] std::optional<WriteTrouble> write_trouble(const std::filesystem::path& path);

/// Who the folder is to belong to.
struct Owner {
    uid_t user{};
    gid_t group{};
};
/// What makes an owner of the folder and of all that lies in it. In a container it is to be typed
/// outside, so the volume or the host's folder that is mounted there is named; `mountinfo` is
/// /proc/self/mountinfo's text (proc(5)).
[[nodiscard]] std::string command_to_own(const std::filesystem::path& folder, Owner owner,
                                         std::string_view mountinfo);

}  // namespace callarchive
