#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <filesystem>

namespace callarchive {

/// Reads a key or UserSig from a file, without its final newline. Refused (a configuration error
/// that says what to do) where group or others can read it, unless it lies on tmpfs or ramfs: there
/// systemd, Docker and Kubernetes put secrets, with permissions of their own; or where it is no
/// regular file, empty, or larger than 64 KiB.
[[nodiscard]] Result<Secret> read_secret_file(const std::filesystem::path& path);

}  // namespace callarchive
