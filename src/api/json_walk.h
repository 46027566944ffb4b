#pragma once

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callarchive {

/// A place among the tokens of a document, before the next one. A token is a bracket, a colon, a
/// comma, or a scalar. A copy is a place of its own. What it looks at must outlive it.
class JsonWalk {
  public:
    /// The tokens of `text` begin at the offsets from `first` to `end`; where `end` points, the
    /// length of the text stands, and in the text a NUL behind the last character.
    JsonWalk(const char* text, const std::uint32_t* first, const std::uint32_t* end)
        : text_(text), next_(first), end_(end) {}

    [[nodiscard]] bool at_end() const { return next_ == end_; }

    /// The next token's first character; NUL at the end.
    [[nodiscard]] char peek() const { return text_[*next_]; }

    /// Where the next token begins.
    [[nodiscard]] const char* here() const { return text_ + *next_; }

    /// The next token without the whitespace behind it. Requires that there is one.
    [[nodiscard]] std::string_view token() const {
        std::size_t size = next_[1] - next_[0];
        while (size > 1 && is_space(here()[size - 1]))
            --size;
        return {here(), size};
    }

    /// Goes past the next token. Requires that there is one.
    void pass() { ++next_; }

    /// Goes past the next token where it is this bracket, colon or comma.
    bool take(char expected) {
        if (peek() != expected) return false;
        pass();
        return true;
    }

    /// Goes past the bracket that comes next and on to one that closes it, of whichever kind. False
    /// where none does; it is then at the end. Requires that a bracket comes next.
    [[nodiscard]] bool pass_brackets() {
        // Not the members themselves: each step of them would be stored.
        const char* const text = text_;
        const std::uint32_t* next = next_;
        const std::uint32_t* const end = end_;
        std::int64_t depth = 0;
        while (next != end) {
            const auto first = static_cast<unsigned char>(text[*next++]);
            // Nearly all tokens begin with less: a quote, a digit, a colon, a comma.
            if (first < '[') continue;
            depth += depth_steps[first];
            if (depth <= 0) break;
        }
        next_ = next;
        return depth <= 0;
    }

    /// Behind the bracket that was gone past last.
    [[nodiscard]] const char* behind_bracket() const { return text_ + next_[-1] + 1; }

    /// Behind the last token. Requires that there was one.
    [[nodiscard]] char last() const { return text_[end_[-1]]; }

  private:
    static constexpr bool is_space(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /// What a token does to the depth, by its first character.
    static constexpr auto depth_steps = [] {
        std::array<std::int8_t, 256> steps{};
        steps['{'] = steps['['] = 1;
        steps['}'] = steps[']'] = -1;
        return steps;
    }();

    const char* text_;
    const std::uint32_t* next_;
    const std::uint32_t* end_;
};

/// The first token of the value that comes next, which is the whole of it for a scalar; the walk
/// stays where it is. TAPE_ERROR where no value comes.
[[nodiscard]] inline simdjson::error_code token_of(const JsonWalk& walk, std::string_view& token) {
    switch (walk.peek()) {
        case '}':
        case ']':
        case ',':
        case ':':
            return simdjson::TAPE_ERROR;
        default:
            if (walk.at_end()) return simdjson::TAPE_ERROR;
            token = walk.token();
            return simdjson::SUCCESS;
    }
}

/// Reads the object that comes next, brackets included. For each member `read` is given the key,
/// which begins behind its opening quote and has a closing one, and goes past the value.
/// TAPE_ERROR where it is no object of JSON.
template <typename ReadMember>
[[nodiscard]] simdjson::error_code for_each_member(JsonWalk& walk, ReadMember read) {
    if (!walk.take('{')) return simdjson::TAPE_ERROR;
    if (walk.take('}')) return simdjson::SUCCESS;
    do {
        if (walk.peek() != '"') return simdjson::TAPE_ERROR;
        const char* const key = walk.here() + 1;
        walk.pass();
        if (!walk.take(':')) return simdjson::TAPE_ERROR;
        if (const simdjson::error_code error = read(key)) return error;
    } while (walk.take(','));
    return walk.take('}') ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

/// Reads the array that comes next, brackets included. `read` goes past an element.
template <typename ReadElement>
[[nodiscard]] simdjson::error_code for_each_element(JsonWalk& walk, ReadElement read) {
    if (!walk.take('[')) return simdjson::TAPE_ERROR;
    if (walk.take(']')) return simdjson::SUCCESS;
    do {
        if (const simdjson::error_code error = read()) return error;
    } while (walk.take(','));
    return walk.take(']') ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

}  // namespace callarchive
