#pragma once

#include "base/result.h"

#include <string>

namespace callarchive {

/// The list of who was forgotten that lies beside an archive, `<archive>.forgotten`: it outlives
/// the archive's replacement by an older backup. Empty where there is none.
[[nodiscard]] Result<std::string> read_forgotten_file(const std::string& archive_path);

/// Replaces it, readable by the archive's owner alone.
[[nodiscard]] Result<Done> write_forgotten_file(const std::string& archive_path,
                                                const std::string& list);

}  // namespace callarchive
