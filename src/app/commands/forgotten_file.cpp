#include "app/commands/forgotten_file.h"

#include "sys/beside.h"
#include "sys/new_file.h"
#include "sys/text_file.h"

#include <utility>

namespace callarchive {
namespace {

constexpr const char* suffix = ".forgotten";

}  // namespace

Result<std::string> read_forgotten_file(const std::string& archive_path) {
    auto text = read_text_file(path_beside(archive_path, suffix));
    if (!text.ok()) return std::move(text).error();
    return text->value_or("");
}

Result<Done> write_forgotten_file(const std::string& archive_path, const std::string& list) {
    auto file = NewFile::begin(path_beside(archive_path, suffix));
    if (!file.ok()) return std::move(file).error();
    if (auto written = file->write(list); !written.ok()) return written;
    file->give_to_owner_of(archive_path);
    return file->publish(NewFile::Existing::replace, 0600);
}

}  // namespace callarchive
