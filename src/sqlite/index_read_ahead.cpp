#include "sqlite/index_read_ahead.h"

#include <algorithm>
#include <span>
#include <utility>

namespace callarchive::sqlite {
namespace {

// A file of 2^32 pages has no deeper index unless its keys are very long.
constexpr int levels_max = 8;
// 4,096 pages of the usual size; an archive of ten years with two million calls a week has 2,100
// that hold one id's places.
constexpr std::size_t bytes_max = 16 << 20;
// Longer ones are not followed: a damaged file is not to make this large.
constexpr std::size_t text_bytes_max = 256;

// What is asked for is mostly new, and no disk reads any number of pages in the time of one: eight
// at once took as long as three one after the other when measured. So there are more at once only
// when the entry was not among the first.
constexpr std::size_t at_once_first = 8;
constexpr std::size_t at_once_max = 512;

}  // namespace

/// Cells of a page, and the keys around them.
struct IndexReadAhead::Stretch {
    std::size_t begin, end;
    std::optional<IndexKey> after, before;
};

IndexReadAhead::IndexReadAhead(const FilePages& pages, std::int64_t root, const IndexSearch& search)
    : pages_(pages),
      search_(search),
      at_once_(at_once_first),
      pages_left_(bytes_max / pages.page_bytes()) {
    std::vector<Subtree> below;
    if (look_at({.page = root, .after = {}, .before = {}}, below) || below.empty()) return;
    // Where neither the first nor the last way down needs the disk, the rest is likely to be in
    // memory too, and looking everywhere would take a tenth of a millisecond for nothing.
    if (way_is_in_memory(below.front(), true) && way_is_in_memory(below.back(), false)) return;
    for (std::size_t i = 0; i < std::min(below.size(), at_once_); ++i)
        pages_.begin_reading(below[i].page);
    below_root_ = std::move(below);
}

void IndexReadAhead::finish() {
    static_cast<void>(down(below_root_, levels_max));
}

bool IndexReadAhead::way_is_in_memory(Subtree tree, bool is_first) {
    for (int level = 0; level < levels_max; ++level) {
        if (!pages_.is_in_memory(tree.page)) return false;
        std::vector<Subtree> below;
        if (look_at(tree, below) || below.empty()) return true;
        tree = is_first ? std::move(below.front()) : std::move(below.back());
    }
    return true;
}

/// Subtrees of one level, in falling order. Whether that was all: an entry was met, or there were
/// pages enough.
bool IndexReadAhead::down(const std::vector<Subtree>& level, int levels_left) {
    std::span<const Subtree> rest = level;
    while (!rest.empty()) {
        const std::span<const Subtree> some = rest.first(std::min(rest.size(), at_once_));
        rest = rest.subspan(some.size());
        for (const Subtree& one : some)
            pages_.begin_reading(one.page);
        std::vector<Subtree> below;
        for (const Subtree& one : some) {
            if (pages_left_ == 0) return true;
            --pages_left_;
            if (look_at(one, below)) return true;
        }
        if (below.empty()) {
            at_once_ = std::min(2 * at_once_, at_once_max);
        } else if (levels_left == 0 || down(below, levels_left - 1)) {
            return true;
        }
    }
    return false;
}

/// Whether that was all, as above; if not, `below` gets the parts that may hold one.
bool IndexReadAhead::look_at(const Subtree& tree, std::vector<Subtree>& below) {
    const auto page = pages_.read(tree.page, page_);
    if (!page || !page->is_of_index()) return false;
    return look_between(*page,
                        {.begin = 0,
                         .end = page->cells(),
                         .after = key_of(tree.after),
                         .before = key_of(tree.before)},
                        below);
}

/// The same of a stretch of a page: in halves, of which most can be left out at once.
bool IndexReadAhead::look_between(const BtreePage& page, const Stretch& cells,
                                  std::vector<Subtree>& below) {
    if (!search_.may_be_between(cells.after, cells.before)) return false;
    if (cells.begin == cells.end) {
        const auto child = page.child(cells.begin);
        if (!child) return false;
        if (below.size() >= pages_left_) return true;
        below.push_back(
            {.page = *child, .after = limit_of(cells.after), .before = limit_of(cells.before)});
        return false;
    }
    const std::size_t middle = cells.begin + (cells.end - cells.begin) / 2;
    const auto record = page.record(middle);
    const auto key = record ? index_key(*record) : std::nullopt;
    if (!key || key->text.size() > text_bytes_max) return false;
    if (search_.is_met_by(*key)) return true;
    return look_between(
               page, {.begin = middle + 1, .end = cells.end, .after = key, .before = cells.before},
               below) ||
           look_between(page,
                        {.begin = cells.begin, .end = middle, .after = cells.after, .before = key},
                        below);
}

std::optional<IndexKey> IndexReadAhead::key_of(const std::optional<Limit>& limit) {
    if (!limit) return std::nullopt;
    return IndexKey{.first = limit->first, .second = limit->second, .text = limit->text};
}

std::optional<IndexReadAhead::Limit> IndexReadAhead::limit_of(const std::optional<IndexKey>& key) {
    if (!key) return std::nullopt;
    return Limit{.first = key->first, .second = key->second, .text = std::string{key->text}};
}

}  // namespace callarchive::sqlite
