#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace callarchive::sqlite {

using PageBytes = std::span<const unsigned char>;

/// One page of a B-tree in a database file, read past SQLite by what sqlite.org/fileformat2.html
/// says under "B-tree Pages". The bytes may be anything: what makes no sense is told as nothing,
/// and nothing outside of them is ever read. A view: the bytes must outlive it.
class BtreePage {
  public:
    enum class Kind : unsigned char {
        index_interior = 2,
        table_interior = 5,
        index_leaf = 10,
        table_leaf = 13,
    };

    /// `page` is all of a page, `reserved` the bytes at its end that are not the B-tree's (at 20 in
    /// the file's header). Not for the first page of a file, which begins with that header.
    [[nodiscard]] static std::optional<BtreePage> at(PageBytes page, std::size_t reserved);

    [[nodiscard]] bool is_leaf() const {
        return kind_ == Kind::index_leaf || kind_ == Kind::table_leaf;
    }
    [[nodiscard]] bool is_of_index() const {
        return kind_ == Kind::index_interior || kind_ == Kind::index_leaf;
    }
    [[nodiscard]] std::size_t cells() const { return cells_; }

    /// The number of the page with everything before cell `cell`, or, for cells(), after the last
    /// one. Nothing on a leaf.
    [[nodiscard]] std::optional<std::uint32_t> child(std::size_t cell) const;

    /// The record of an index' cell. Nothing where a part of it lies on other pages.
    [[nodiscard]] std::optional<PageBytes> record(std::size_t cell) const;

  private:
    BtreePage(PageBytes usable, Kind kind) : usable_(usable), kind_(kind) {}
    [[nodiscard]] std::size_t number_at(std::size_t at, std::size_t bytes) const;
    [[nodiscard]] std::size_t header_bytes() const { return is_leaf() ? 8 : 12; }
    [[nodiscard]] std::optional<std::size_t> place_of(std::size_t cell) const;

    PageBytes usable_;
    Kind kind_;
    std::size_t cells_ = 0;
};

}  // namespace callarchive::sqlite
