#include "base/secret.h"

#include <string.h>

#include <ostream>

namespace callarchive {

namespace {

/// Leaves no byte behind, and needs no memory that might not be there.
void take_over(std::string& to, std::string& from) noexcept {
    const std::size_t bytes = from.size();
    to.swap(from);
    // A short text lies in the string itself, and stays there.
    if (bytes <= from.capacity()) from.assign(bytes, '\0');
    from.clear();
}

}  // namespace

Secret::Secret(Secret&& other) noexcept {
    take_over(text_, other.text_);
}

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) {
        wipe();
        text_ = other.text_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        take_over(text_, other.text_);
    }
    return *this;
}

Secret::~Secret() {
    wipe();
}

void Secret::wipe() noexcept {
    // explicit_bzero, because a plain memset before the end of a lifetime is optimized away.
    explicit_bzero(text_.data(), text_.size());
    text_.clear();
}

std::ostream& operator<<(std::ostream& out, const Secret&) {
    return out << "***";
}

}  // namespace callarchive
