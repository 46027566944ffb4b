#include "base/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <cstring>
#include <stdexcept>
#include <string_view>

namespace callarchive {
namespace {

std::string_view reason() {
    const char* const text = dlerror();
    return text != nullptr ? text : "no reason given";
}

}  // namespace

SharedLibrary::SharedLibrary(const char* name)
    : name_(name), handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) {
        throw std::runtime_error{fmt::format("{} cannot be loaded: {}", name, reason())};
    }
}

void* SharedLibrary::address_of(const char* name) const {
    void* const address = dlsym(handle_, name);
    if (address == nullptr) {
        throw std::runtime_error{fmt::format("{} has no {}: {}", name_, name, reason())};
    }
    return address;
}

const void* sealed_bytes(const void* bytes, std::size_t size) {
    void* const copy =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED) throw std::runtime_error{"no memory for a table of functions"};
    std::memcpy(copy, bytes, size);
    if (mprotect(copy, size, PROT_READ) != 0) {
        throw std::runtime_error{"a table of functions cannot be made read-only"};
    }
    return copy;
}

}  // namespace callarchive
