#include "sim/failing_memory.h"

#include <sqlite3.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace callarchive::testing::failing_memory {
namespace {

std::int64_t seen = 0;
std::int64_t failing = 0;
bool all_after = false;
int spared = 1;
sqlite3_mem_methods methods;

bool fails() {
    if (spared > 0) return false;
    ++seen;
    return failing > 0 && (seen == failing || (all_after && seen > failing));
}

void* sqlite_allocate(int bytes) {
    return fails() ? nullptr : methods.xMalloc(bytes);
}

void* sqlite_reallocate(void* old, int bytes) {
    return fails() ? nullptr : methods.xRealloc(old, bytes);
}

}  // namespace

void install() {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &methods);
    sqlite3_mem_methods failing_methods = methods;
    failing_methods.xMalloc = sqlite_allocate;
    failing_methods.xRealloc = sqlite_reallocate;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &failing_methods);
}

void fail_at(std::int64_t k, bool sticky) {
    seen = 0;
    failing = k;
    all_after = sticky;
}

std::int64_t counted() {
    return seen;
}

void spare(bool on) {
    spared += on ? 1 : -1;
}

}  // namespace callarchive::testing::failing_memory

namespace {

void* allocated(std::size_t bytes, std::size_t alignment) {
    if (callarchive::testing::failing_memory::fails()) return nullptr;
    if (bytes == 0) bytes = 1;
    if (alignment <= alignof(std::max_align_t)) return std::malloc(bytes);
    return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

void* allocated_or_throws(std::size_t bytes, std::size_t alignment) {
    void* memory = allocated(bytes, alignment);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}

}  // namespace

// The array forms come to these by default. Those without exceptions do too, but for a sanitizer's.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    return allocated(bytes, 1);
}
void* operator new(std::size_t bytes) {
    return allocated_or_throws(bytes, 1);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocated_or_throws(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
