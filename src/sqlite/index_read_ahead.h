#pragma once

#include "sqlite/file_pages.h"
#include "sqlite/index_key.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callarchive::sqlite {

/// Has the system read the pages of an index that a search needs, so that SQLite, which asks for
/// one page after the other, need not wait for each of them. All that are on one level of the
/// B-tree are read at the same time: a disk that takes as long for many reads as for one then takes
/// as many times as the tree has levels, however many places are searched.
///
/// The largest second numbers come first, and once an entry is met the smaller ones are left alone.
/// Only a hint: it ends where the file holds anything that it does not understand, and after some
/// thousand pages.
class IndexReadAhead {
  public:
    /// Begins, and waits only for the root, which stands in sqlite_schema by its number. The
    /// search's text must outlive this, and the database must stay open.
    IndexReadAhead(const FilePages& pages, std::int64_t root, const IndexSearch& search);

    /// False where what the search needs seems to be in memory already.
    [[nodiscard]] bool is_needed() const { return !below_root_.empty(); }
    /// Reads the rest and waits for it. To be called once.
    void finish();

  private:
    /// A key that outlives its page.
    struct Limit {
        std::int64_t first, second;
        std::string text;
    };
    /// The page at the top of what stands between the two; a limit that is missing is none.
    struct Subtree {
        std::int64_t page;
        std::optional<Limit> after, before;
    };
    struct Stretch;

    [[nodiscard]] bool way_is_in_memory(Subtree tree, bool is_first);
    [[nodiscard]] bool down(const std::vector<Subtree>& level, int levels_left);
    [[nodiscard]] bool look_at(const Subtree& tree, std::vector<Subtree>& below);
    [[nodiscard]] bool look_between(const BtreePage& page, const Stretch& cells,
                                    std::vector<Subtree>& below);
    static std::optional<IndexKey> key_of(const std::optional<Limit>& limit);
    static std::optional<Limit> limit_of(const std::optional<IndexKey>& key);

    FilePages pages_;
    IndexSearch search_;
    std::vector<unsigned char> page_{};
    std::vector<Subtree> below_root_{};
    std::size_t at_once_;
    std::size_t pages_left_;
};

}  // namespace callarchive::sqlite
