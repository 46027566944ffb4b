#pragma once

namespace callarchive {

/// Says where our own bug showed and ends the process; a supervisor starts it again, and the
/// archive is consistent after an end at any instant.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace callarchive

/// States what must hold unless the program itself is wrong. Always on; never for input.
#define CHECK(condition)                \
    ((condition) ? static_cast<void>(0) \
                 : ::callarchive::check_failed(#condition, __FILE__, __LINE__))
