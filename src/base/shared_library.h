#pragma once

#include <cstddef>
#include <type_traits>

namespace callarchive {

/// A library of the system that is loaded when it is first needed: the loader takes longer over the
/// large ones, and over what they need themselves, than most commands take to answer. It stays to
/// the end of the process. Throws std::runtime_error, which says what is missing.
class SharedLibrary {
  public:
    /// `name` as the linker knows it: `libcurl.so.4`.
    explicit SharedLibrary(const char* name);

    /// Puts the library's `name` into `function`.
    template <typename Function>
    void find(Function*& function, const char* name) const {
        static_assert(std::is_function_v<Function>);
        function = reinterpret_cast<Function*>(address_of(name));
    }

  private:
    [[nodiscard]] void* address_of(const char* name) const;

    const char* name_;
    void* handle_;
};

/// A copy of these bytes that nobody can write to, for ever.
[[nodiscard]] const void* sealed_bytes(const void* bytes, std::size_t size);

/// A copy of a table of functions that nobody can write to: what -z now does for libraries that are
/// linked.
template <typename Table>
[[nodiscard]] const Table& sealed(const Table& table) {
    static_assert(std::is_trivially_copyable_v<Table>);
    return *static_cast<const Table*>(sealed_bytes(&table, sizeof table));
}

}  // namespace callarchive
