#pragma once

#include "sqlite/btree_page.h"
#include "sqlite/file_bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace callarchive::sqlite {

/// The file of a database in pages, past SQLite: what FileBytes says of itself holds here too.
/// Pages count from 1, and nothing comes of one that the file does not have.
class FilePages {
  public:
    /// As the file's header tells it; nothing where that makes no sense.
    [[nodiscard]] static std::optional<FilePages> of(const FileBytes& file);

    [[nodiscard]] std::size_t page_bytes() const { return page_bytes_; }

    void begin_reading(std::int64_t page) const;
    [[nodiscard]] bool is_in_memory(std::int64_t page) const;
    /// In `buffer`, which must outlive it.
    [[nodiscard]] std::optional<BtreePage> read(std::int64_t page,
                                                std::vector<unsigned char>& buffer) const;

    /// Begins to read the pages below a root, where they are few: every search goes through one of
    /// them. Waits for the root.
    void begin_reading_below(std::int64_t root) const;

  private:
    FilePages(const FileBytes& file, std::size_t page_bytes, std::size_t reserved)
        : file_(file), page_bytes_(page_bytes), reserved_(reserved) {}
    /// Nothing where the format has no such page.
    [[nodiscard]] std::optional<std::int64_t> place_of(std::int64_t page) const;

    FileBytes file_;
    std::size_t page_bytes_;
    std::size_t reserved_;  ///< bytes at the end of each page
};

}  // namespace callarchive::sqlite
