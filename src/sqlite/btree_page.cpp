#include "sqlite/btree_page.h"

#include "sqlite/varint.h"

namespace callarchive::sqlite {
namespace {

// The least a page may have (sqlite.org/fileformat2.html, "The Database Header").
constexpr std::size_t usable_bytes_min = 480;
// Where things are in a page's header.
constexpr std::size_t cells_at = 3, last_child_at = 8;
constexpr std::size_t child_bytes = 4;

std::optional<BtreePage::Kind> kind_of(unsigned char byte) {
    switch (byte) {
        case 2:
            return BtreePage::Kind::index_interior;
        case 5:
            return BtreePage::Kind::table_interior;
        case 10:
            return BtreePage::Kind::index_leaf;
        case 13:
            return BtreePage::Kind::table_leaf;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<BtreePage> BtreePage::at(PageBytes page, std::size_t reserved) {
    if (page.size() < usable_bytes_min || reserved > page.size() - usable_bytes_min) {
        return std::nullopt;
    }
    const auto kind = kind_of(page[0]);
    if (!kind) return std::nullopt;
    BtreePage found{page.first(page.size() - reserved), *kind};
    const std::size_t cells = found.number_at(cells_at, 2);
    if (found.header_bytes() + 2 * cells > found.usable_.size()) return std::nullopt;
    found.cells_ = cells;
    return found;
}

/// Big-endian; the caller has looked that it lies on the page.
std::size_t BtreePage::number_at(std::size_t at, std::size_t bytes) const {
    std::size_t number = 0;
    for (const unsigned char byte : usable_.subspan(at, bytes))
        number = number << 8 | byte;
    return number;
}

std::optional<std::size_t> BtreePage::place_of(std::size_t cell) const {
    if (cell >= cells_) return std::nullopt;
    const std::size_t place = number_at(header_bytes() + 2 * cell, 2);
    if (place < header_bytes() + 2 * cells_ || place >= usable_.size()) return std::nullopt;
    return place;
}

std::optional<std::uint32_t> BtreePage::child(std::size_t cell) const {
    if (is_leaf() || cell > cells_) return std::nullopt;
    if (cell == cells_) return static_cast<std::uint32_t>(number_at(last_child_at, child_bytes));
    const auto place = place_of(cell);
    if (!place || usable_.size() - *place < child_bytes) return std::nullopt;
    return static_cast<std::uint32_t>(number_at(*place, child_bytes));
}

std::optional<PageBytes> BtreePage::record(std::size_t cell) const {
    if (!is_of_index()) return std::nullopt;
    const auto place = place_of(cell);
    if (!place) return std::nullopt;
    PageBytes rest = usable_.subspan(*place);
    if (!is_leaf()) {
        if (rest.size() < child_bytes) return std::nullopt;
        rest = rest.subspan(child_bytes);
    }
    const auto bytes = take_varint(rest);
    // How much of a longer record a page keeps: "Cell Payload Overflow Pages", X of an index.
    const std::size_t kept_max = (usable_.size() - 12) * 64 / 255 - 23;
    if (!bytes || *bytes > kept_max || *bytes > rest.size()) return std::nullopt;
    return rest.first(static_cast<std::size_t>(*bytes));
}

}  // namespace callarchive::sqlite
