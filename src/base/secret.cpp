#include "base/secret.h"

#include <string.h>

#include <ostream>
#include <utility>

namespace callarchive {

Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
    other.wipe();
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
        text_ = other.text_;
        other.wipe();
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
