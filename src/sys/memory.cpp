#include "sys/memory.h"

#include <malloc.h>

namespace callarchive {
namespace {

// Larger than a page of records. glibc raises its own threshold with each large piece that is
// freed, up to 32 MiB (mallopt(3), M_MMAP_THRESHOLD), and what lies above it in the heap then keeps
// the heap from shrinking.
constexpr int large_bytes = 256 * 1024;

// What one answer needs and gives back. By default (128 KiB, the same page) the heap shrinks after
// each and grows for the next, and the system fills the same memory with zeros every time.
constexpr int kept_at_the_top_bytes = 1024 * 1024;

}  // namespace

void keep_memory_small() {
    // A setting that is not taken leaves the default, which works too.
    static_cast<void>(mallopt(M_MMAP_THRESHOLD, large_bytes));
    static_cast<void>(mallopt(M_TRIM_THRESHOLD, kept_at_the_top_bytes));
    static_cast<void>(mallopt(M_ARENA_MAX, 1));
}

void give_memory_back() {
    static_cast<void>(malloc_trim(0));
}

}  // namespace callarchive
