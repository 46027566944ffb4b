#include "sqlite/kept_blocks.h"

#include <sqlite3.h>

#include <array>
#include <cstddef>

namespace callarchive::sqlite {
namespace {

// MEMJOURNAL_DFLT_FILECHUNKSIZE. Where SQLite used another size nothing would be kept.
constexpr int journal_bytes = 1'024;
constexpr std::size_t journal_blocks_max = 2'048;

// Of our databases. A page of the cache has its own head with it, and is longer.
constexpr int page_bytes = 4'096;
// A page, and ten bytes for each cell of three pages of a tree whose rows are short. What is less
// or more comes seldom.
constexpr int cells_bytes_min = 6'000;
constexpr int cells_bytes = 16'384;
constexpr std::size_t balancing_blocks_max = 4;

// What the system's malloc() rounds up to counts for the block.
constexpr int rounded_up_max = 32;

/// SQLite's own, which all blocks come from: what it is when this is first called.
const sqlite3_mem_methods& system_memory() {
    static const sqlite3_mem_methods methods = [] {
        sqlite3_mem_methods found{};
        sqlite3_config(SQLITE_CONFIG_GETMALLOC, &found);
        return found;
    }();
    return methods;
}

/// Blocks of one size.
template <std::size_t most>
class Blocks {
  public:
    Blocks() = default;
    Blocks(const Blocks&) = delete;
    Blocks& operator=(const Blocks&) = delete;
    ~Blocks() {
        free_all();
        // A database that is closed by a static object comes later still.
        room_ = 0;
    }

    void* take() { return kept_ == 0 ? nullptr : blocks_[--kept_]; }

    bool keep(void* memory) {
        if (kept_ == room_) return false;
        blocks_[kept_++] = memory;
        return true;
    }

    void free_all() noexcept {
        while (void* const block = take())
            system_memory().xFree(block);
    }

  private:
    // Not a list through the blocks themselves: their memory, which is far from the processor by
    // now, would have to be waited for before it is written to.
    std::array<void*, most> blocks_{};
    std::size_t kept_ = 0;
    std::size_t room_ = most;
};

thread_local Blocks<journal_blocks_max> for_journal;
thread_local Blocks<balancing_blocks_max> for_page;
thread_local Blocks<balancing_blocks_max> for_cells;

void* allocate(int bytes) noexcept {
    void* block = nullptr;
    if (bytes == journal_bytes) {
        block = for_journal.take();
    } else if (bytes == page_bytes) {
        block = for_page.take();
    } else if (bytes >= cells_bytes_min && bytes <= cells_bytes) {
        block = for_cells.take();
        bytes = cells_bytes;
    }
    return block != nullptr ? block : system_memory().xMalloc(bytes);
}

bool is_of(int bytes, int block_bytes) {
    return bytes >= block_bytes && bytes <= block_bytes + rounded_up_max;
}

bool keep(void* memory) {
    const int bytes = system_memory().xSize(memory);
    if (is_of(bytes, journal_bytes)) return for_journal.keep(memory);
    if (is_of(bytes, page_bytes)) return for_page.keep(memory);
    return is_of(bytes, cells_bytes) && for_cells.keep(memory);
}

void release(void* memory) noexcept {
    if (!keep(memory)) system_memory().xFree(memory);
}

}  // namespace

void keep_blocks() {
    sqlite3_mem_methods methods = system_memory();
    if (methods.xMalloc == nullptr) return;  // too late: the library is in use
    methods.xMalloc = allocate;
    methods.xFree = release;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

void free_kept_blocks() noexcept {
    for_journal.free_all();
    for_page.free_all();
    for_cells.free_all();
}

}  // namespace callarchive::sqlite
