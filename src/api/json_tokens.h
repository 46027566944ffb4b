#pragma once

#include "api/json_walk.h"

#include <simdjson.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace callarchive {

/// Finds where the tokens of a document begin, which is the half of simdjson that makes it fast
/// (its stage 1: what is inside of strings is known, and all of it is UTF-8). The other half would
/// look at each token again for things that nobody here asks. Keeps its memory from one document to
/// the next, as much as an ordinary answer takes.
class JsonTokens {
  public:
    /// What is kept at most, for a document of so many bytes.
    static constexpr std::size_t bytes_kept_max = std::size_t{128} << 10U;

    /// Takes the text; it is not copied where it has room for simdjson's padding. Errors: EMPTY,
    /// UTF8_ERROR, UNESCAPED_CHARS, UNCLOSED_STRING, and what has to do with size and memory.
    [[nodiscard]] simdjson::error_code find_in(std::string text);

    /// What was taken last. Gone with find_in(), release() and the tokens themselves.
    [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

    /// From the first token on, for as long as the text. Requires that they were found.
    [[nodiscard]] JsonWalk walk() const;

    /// Gives the text back, and what an answer of unusual size took.
    void release();

    /// What is held in memory, about.
    [[nodiscard]] std::size_t bytes() const;

  private:
    std::string text_;      ///< with padding behind it, of NULs
    std::size_t size_ = 0;  ///< of the text alone
    /// Not ondemand's or dom's parser: both hide it, and allocate for what comes after it.
    std::unique_ptr<simdjson::internal::dom_parser_implementation> finder_;
};

}  // namespace callarchive
