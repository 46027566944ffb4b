#include "sqlite/file_pages.h"

#include <array>
#include <bit>
#include <limits>

namespace callarchive::sqlite {
namespace {

// Where sqlite.org/fileformat2.html, "The Database Header", has things. A page size of 65536 has no
// room in its two bytes and is written as 1.
constexpr std::size_t page_bytes_at = 16, reserved_at = 20;
constexpr std::size_t page_bytes_min = 512, page_bytes_max = 65'536;

// Ten million calls have three such pages in the largest table.
constexpr std::size_t few = 8;

}  // namespace

std::optional<FilePages> FilePages::of(const FileBytes& file) {
    std::array<unsigned char, 100> header{};
    if (!file.read(0, header)) return std::nullopt;
    const std::size_t told = std::size_t{header[page_bytes_at]} << 8 | header[page_bytes_at + 1];
    const std::size_t bytes = told == 1 ? page_bytes_max : told;
    if (bytes < page_bytes_min || !std::has_single_bit(bytes)) return std::nullopt;
    return FilePages{file, bytes, header[reserved_at]};
}

std::optional<std::int64_t> FilePages::place_of(std::int64_t page) const {
    if (page < 1 || page > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return (page - 1) * static_cast<std::int64_t>(page_bytes_);
}

void FilePages::begin_reading(std::int64_t page) const {
    if (const auto place = place_of(page)) {
        file_.begin_reading(*place, static_cast<std::int64_t>(page_bytes_));
    }
}

bool FilePages::is_in_memory(std::int64_t page) const {
    const auto place = place_of(page);
    return place && file_.is_in_memory(*place);
}

std::optional<BtreePage> FilePages::read(std::int64_t page,
                                         std::vector<unsigned char>& buffer) const {
    buffer.resize(page_bytes_);
    const auto place = place_of(page);
    if (!place || !file_.read(*place, buffer)) return std::nullopt;
    return BtreePage::at(buffer, reserved_);
}

void FilePages::begin_reading_below(std::int64_t root) const {
    std::vector<unsigned char> buffer;
    const auto page = read(root, buffer);
    if (!page || page->cells() >= few) return;
    for (std::size_t cell = 0; cell <= page->cells(); ++cell) {
        if (const auto child = page->child(cell)) begin_reading(*child);
    }
}

}  // namespace callarchive::sqlite
