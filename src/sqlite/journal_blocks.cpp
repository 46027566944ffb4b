#include "sqlite/journal_blocks.h"

#include <sqlite3.h>

#include <cstddef>
#include <new>

namespace callarchive::sqlite {
namespace {

// MEMJOURNAL_DFLT_FILECHUNKSIZE. Where SQLite used another size nothing would be kept.
constexpr int block_bytes = 1'024;
// As much as it may count for a block, with what the system's malloc() rounds up.
constexpr int counted_bytes_max = block_bytes + 32;
constexpr std::size_t blocks_max = 2'048;

/// SQLite's own, which all blocks come from: what it is when this is first called.
const sqlite3_mem_methods& system_memory() {
    static const sqlite3_mem_methods methods = [] {
        sqlite3_mem_methods found{};
        sqlite3_config(SQLITE_CONFIG_GETMALLOC, &found);
        return found;
    }();
    return methods;
}

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

    void* take() {
        if (first_ == nullptr) return nullptr;
        ++room_;
        Block* const block = first_;
        first_ = block->next;
        return block;
    }

    bool keep(void* memory) {
        if (room_ == 0) return false;
        --room_;
        first_ = new (memory) Block{first_};
        return true;
    }

    void free_all() noexcept {
        while (void* const block = take())
            system_memory().xFree(block);
    }

  private:
    struct Block {
        Block* next;
    };
    Block* first_ = nullptr;
    std::size_t room_ = blocks_max;
};

thread_local Blocks blocks;

void* allocate(int bytes) noexcept {
    if (bytes == block_bytes) {
        if (void* const block = blocks.take()) return block;
    }
    return system_memory().xMalloc(bytes);
}

void release(void* memory) noexcept {
    const int bytes = system_memory().xSize(memory);
    const bool is_block = bytes >= block_bytes && bytes <= counted_bytes_max;
    if (!is_block || !blocks.keep(memory)) system_memory().xFree(memory);
}

}  // namespace

void keep_journal_blocks() {
    sqlite3_mem_methods methods = system_memory();
    if (methods.xMalloc == nullptr) return;  // too late: the library is in use
    methods.xMalloc = allocate;
    methods.xFree = release;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

void free_journal_blocks() noexcept {
    blocks.free_all();
}

}  // namespace callarchive::sqlite
