#pragma once

#include <cstdint>

namespace callarchive::testing {

/// Which allocations of this program fail: those of operator new and those of SQLite, counted
/// together. Linked into a program, its failing_memory.cpp replaces both.
namespace failing_memory {

/// Must be called before SQLite is used.
void install();

/// Allocation `k` from now on (from 1) fails, and with `sticky` every one after it; 0: none.
void fail_at(std::int64_t k, bool sticky);

/// Counted since then.
[[nodiscard]] std::int64_t counted();

/// While spared, nothing is counted and nothing fails. Nested calls count.
void spare(bool on);

}  // namespace failing_memory
}  // namespace callarchive::testing
