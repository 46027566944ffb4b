#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace callarchive {

/// Gathers small pieces of text on the stack and appends them to a string together: a call is half
/// a hundred of them, and each that went into the string alone would cost more than its copy. What
/// was added is in the string once finish() was called.
class TextBuffer {
  public:
    explicit TextBuffer(std::string& out) : out_(out) {}
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer& operator=(const TextBuffer&) = delete;

    // Inlined, a piece whose length is known becomes a few moves.
    [[gnu::always_inline]] void add(std::string_view piece) {
        if (piece.size() > pieces_.size() - size_) {
            add_large(piece);
            return;
        }
        std::memcpy(pieces_.data() + size_, piece.data(), piece.size());
        size_ += piece.size();
    }
    void add(char c) { add(std::string_view{&c, 1}); }
    void add(std::int64_t number) {
        if (pieces_.size() - size_ < digits_max) finish();
        char* const at = pieces_.data() + size_;
        size_ += static_cast<std::size_t>(std::to_chars(at, at + digits_max, number).ptr - at);
    }

    void finish() {
        out_.append(pieces_.data(), size_);
        size_ = 0;
    }

  private:
    static constexpr std::size_t digits_max = 20;  ///< of 64 bits, with a sign

    [[gnu::noinline]] void add_large(std::string_view piece) {
        finish();
        out_ += piece;
    }

    std::string& out_;
    std::size_t size_ = 0;
    std::array<char, 2048> pieces_;  ///< not set before it is used: that would cost as much
};

}  // namespace callarchive
