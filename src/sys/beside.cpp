#include "sys/beside.h"

#include <system_error>

namespace callarchive {
namespace {

// As the kernel does (path_resolution(7)).
constexpr int links_max = 40;

}  // namespace

std::filesystem::path path_beside(const std::filesystem::path& path, std::string_view suffix) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    fs::path target = path;
    // By hand, because the last link may point to a database that is yet to be made.
    for (int links = 0; links < links_max && fs::is_symlink(target, ignored); ++links) {
        target = target.parent_path() / fs::read_symlink(target, ignored);
    }
    fs::path resolved = fs::weakly_canonical(fs::absolute(target, ignored), ignored);
    if (resolved.empty()) resolved = target;
    resolved += suffix;
    return resolved;
}

}  // namespace callarchive
