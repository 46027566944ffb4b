#include "api/json_tokens.h"

namespace callarchive {
namespace {

// Of the stage that is not used.
constexpr std::size_t depth_unused = 1;

}  // namespace

simdjson::error_code JsonTokens::find_in(std::string text) {
    size_ = text.size();
    const std::size_t padded_size = size_ + simdjson::SIMDJSON_PADDING;
    if (text.capacity() < padded_size) {
        // A string that grows would take twice as much.
        std::string with_room;
        with_room.reserve(padded_size);
        with_room = text;
        text.swap(with_room);
    }
    text_.swap(text);
    text_.resize(padded_size, '\0');
    if (!finder_) {
        const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
            size_, depth_unused, finder_);
        if (error) return error;
    } else if (finder_->capacity() < size_) {
        if (const auto error = finder_->set_capacity(size_)) return error;
    }
    return finder_->stage1(reinterpret_cast<const std::uint8_t*>(text_.data()), size_,
                           simdjson::stage1_mode::regular);
}

JsonWalk JsonTokens::walk() const {
    const std::uint32_t* const first = finder_->structural_indexes.get();
    return {text_.data(), first, first + finder_->n_structural_indexes};
}

void JsonTokens::release() {
    std::string{}.swap(text_);
    size_ = 0;
    if (finder_ && finder_->capacity() > bytes_kept_max) finder_.reset();
}

std::size_t JsonTokens::bytes() const {
    return text_.capacity() + (finder_ ? finder_->capacity() * sizeof(std::uint32_t) : 0);
}

}  // namespace callarchive
